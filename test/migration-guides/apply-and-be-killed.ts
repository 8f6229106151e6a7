/**
 * Applies a plan and is killed in the middle of it.
 *
 *   node --require tsx/cjs apply-and-be-killed.ts <plan as JSON> <renames before the end>
 */
import fs from 'node:fs';
import { applyPlan } from '../../migration-guides';

const [plan, renames] = process.argv.slice(2);
const rename = fs.renameSync;
let left = Number(renames);

fs.renameSync = (from, to) => {
  if (left === 0) process.kill(process.pid, 'SIGKILL');
  left -= 1;
  rename(from, to);
};

void applyPlan(JSON.parse(plan));
