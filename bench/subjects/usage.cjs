// Preloaded: writes what the process has used to the file that FORKLIFT_BENCH_USAGE names, when it ends.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const { maxRSS } = process.resourceUsage();
  const usage = { seconds: (user + system) / 1e6, megabytes: maxRSS / 1024 };
  writeFileSync(process.env.FORKLIFT_BENCH_USAGE, JSON.stringify(usage));
});
