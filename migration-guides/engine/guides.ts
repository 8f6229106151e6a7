import type { GuideStep } from './plan';

export interface Guide {
  readonly step: GuideStep;
  readonly title: string;
  /** The guide's first paragraph. */
  readonly summary: string;
}

/** The guides, in the order the steps are taken. */
export async function listGuides(): Promise<readonly Guide[]> {
  return [];
}

/**
 * A guide's Markdown text.
 *
 * @param step - a step, or a step with an anchor (`lift#extra-arguments`) for that section only
 * @throws GuideError when there is no such guide or section
 */
export async function readGuide(_step: string): Promise<string> {
  return '';
}
