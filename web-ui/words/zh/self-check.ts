/** 本机自检，以及反复崩溃时的安全模式。 */
export const selfCheck = {
  safeMode: {
    title: '安全模式',
    is_one: '本机服务反复崩溃',
    is_other: '本机服务 5 分钟内启动了 {{count}} 次',
    until: '{{at}} 自动重试',
    hint: '来电由呼叫引擎独自接听并振铃应急分机组。退出前请先撤回最近的改动：文档或升级。',
    leave: '退出安全模式',
    leaving: '正在重新启动…',
  },
  selfCheck: {
    title: '自检',
    hint: '每天夜里，本机会自己听一遍各流程、试一遍中继、录一段音并读回账本的备份。不会有话机振铃，有来电时自动让路。',
    now: '立即自检',
    waiting: '等待通话结束',
    running_one: '正在检查：{{now}}，还剩 1 项',
    running_other: '正在检查：{{now}}，还剩 {{count}} 项',
    last: '上次自检',
    never: '尚未自检。',
    next: '下次：{{at}}',
    none: '网点文档没有安排自动自检。',
    check: '项目',
    result: '结果',
    why: '原因',
    took: '用时',
    is: { passed: '通过', failed: '未通过', 'not-done': '未做' },
  },
} as const;
