// `import()` would load a second copy of luxon beside the one that cron and most plugins require.

/** luxon, loaded by the first task. */
export function luxon(): typeof import('luxon') {
  return require('luxon');
}

/** cron, loaded by the first task with a cron line. */
export function cron(): typeof import('cron') {
  return require('cron');
}
