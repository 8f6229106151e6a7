import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A "before" and its "after" in a guide, with what is needed beside them. */
export interface ReadmeCase {
  readonly title: string;
  /** Blocks by the word after their language: before, after, and further ones. */
  readonly blocks: Readonly<Record<string, string>>;
}

/** The cases in a guide's README: the blocks up to each "after", or "index-after" where only index.ts changes. */
export function readmeCases(step: string): ReadmeCase[] {
  const text = readFileSync(join('migration-guides', step, 'README.md'), 'utf8');
  const cases: ReadmeCase[] = [];
  let heading = '';
  let blocks: Record<string, string> = {};
  for (const match of text.matchAll(/^#+ (.*)$|^```\w+ (\S.*)\n([\s\S]*?)^```$/gm)) {
    const [, title, name, code] = match;
    if (title !== undefined) {
      heading = title;
      continue;
    }
    blocks[name] = code;
    if (name === 'after' || name === 'index-after') {
      const same = cases.filter(each => each.title.startsWith(heading)).length;
      cases.push({ title: same === 0 ? heading : `${heading} (${same + 1})`, blocks });
      blocks = {};
    }
  }
  return cases;
}
