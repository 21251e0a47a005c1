/** 触点、指示灯、蜂鸣器、按钮和继电器。 */
export const contacts = {
  contacts: {
    title: '触点与指示灯',
    role: {
      'lifeline-relay': '救生线继电器',
      'load-relay': '负载继电器',
      lamp: '指示灯',
      buzzer: '蜂鸣器',
      tamper: '机箱',
      door: '门',
      button: '按钮',
    },
    shows: { serving: '本机服务', alarm: '告警', uplink: '总部连接', power: '供电' },
    state: {
      unknown: '无法访问',
      energised: '吸合：外线由本机接听',
      released: '释放：外线接到应急话机',
      open: '打开',
      closed: '关闭',
      pressed: '按下',
      'at-rest': '未按',
      off: '灭',
      on: '亮',
      slow: '慢闪',
      fast: '快闪',
      double: '双闪：就是这台',
      beeps: '鸣响',
    },
    reset: '按钮请求恢复出厂设置。{{at}} 前再按住一秒即确认。',
    since: '自 {{at}}',
  },
} as const;
