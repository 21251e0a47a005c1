/** 本机自检。 */
export const selfCheck = {
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
