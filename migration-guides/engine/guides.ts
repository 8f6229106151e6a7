import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GuideError } from './errors';
import type { GuideStep } from './plan';

/** Every guide has a folder of its name with a README.md. */
const STEPS: readonly GuideStep[] = [
  'lift',
  'replace-stock',
  'convert-plugin-file',
  'convert-plugin-package',
  'auth-services',
  'backend-common-imports',
  'backend-tasks',
  'winston-to-logger-service',
  'alpha-to-stable',
  'config',
  'tests',
  'graduate',
  'new',
];

export interface Guide {
  readonly step: GuideStep;
  readonly title: string;
  /** The guide's first paragraph. */
  readonly summary: string;
}

/** The guides, in the order the steps are taken. */
export async function listGuides(): Promise<readonly Guide[]> {
  return STEPS.map(step => {
    const [title, summary] = readText(step).split(/\n\s*\n/);
    return { step, title: title.replace(/^#+\s*/, ''), summary };
  });
}

/**
 * A guide's Markdown text.
 *
 * @param step - a step, or a step with an anchor (`lift#extra-arguments`) for that section only
 * @throws GuideError when there is no such guide or section
 */
export async function readGuide(step: string): Promise<string> {
  const [name, anchor] = step.split('#');
  if (!STEPS.some(each => each === name)) {
    throw new GuideError(
      'UNKNOWN_GUIDE',
      `There is no guide '${name}'. The guides are ${STEPS.join(', ')}`,
    );
  }
  const text = readText(name);
  return anchor === undefined ? text : section(text, name, anchor);
}

function section(text: string, guide: string, anchor: string): string {
  const sections = text.split(/^(?=#{1,6} )/m);
  const index = sections.findIndex(each => anchorOf(each) === anchor);
  if (index === -1) {
    const anchors = sections.slice(1).map(anchorOf).join(', ');
    throw new GuideError(
      'UNKNOWN_GUIDE',
      `The guide '${guide}' has no section '${anchor}'. It has ${anchors}`,
    );
  }
  const depth = depthOf(sections[index]);
  const after = sections.slice(index + 1).findIndex(each => depthOf(each) <= depth);
  return sections.slice(index, after === -1 ? undefined : index + 1 + after).join('');
}

/** The anchor that a heading gets on GitHub. */
function anchorOf(text: string): string {
  const [heading] = text.split('\n');
  return heading
    .replace(/^#+\s*/, '')
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .trim()
    .replaceAll(' ', '-');
}

function depthOf(text: string): number {
  return /^#*/.exec(text)?.[0].length ?? 0;
}

/** The guides lie beside the sources, in the package as in the repository. */
function readText(step: string): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'migration-guides', step, 'README.md');
    if (existsSync(file)) return readFileSync(file, 'utf8');
  }
  throw new GuideError('UNKNOWN_GUIDE', `The text of the guide '${step}' is not installed`);
}
