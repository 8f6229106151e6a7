import { isMap, isScalar, parseDocument } from 'yaml';
import { readAppConfigs } from '../engine/app-configs';
import { addToYaml } from '../engine/edit-yaml';
import type { BackendProject } from '../engine/find-project';
import type { FileEdit } from '../engine/plan';
import type { SourceText } from '../engine/read-source';
import { fileEdit } from '../engine/source-edit';
import type { ProviderSchedule } from './ordinary-wiring';

/**
 * Moves the schedules of entity providers from the code to where the providers are configured.
 *
 * @returns undefined when a configuration file can not be edited
 */
export function moveSchedules(
  project: BackendProject,
  schedules: readonly ProviderSchedule[],
): FileEdit[] | undefined {
  if (schedules.length === 0) return [];
  const edits: FileEdit[] = [];
  for (const file of readAppConfigs(project)) {
    const text = schedules.reduce<string | undefined>(
      (current, each) => current && withSchedule({ ...file, text: current }, each),
      file.text,
    );
    if (text === undefined) return undefined;
    const edit = fileEdit(file, text);
    if (edit) edits.push(edit);
  }
  return edits;
}

/** The file's text with the schedule wherever the provider is configured. */
function withSchedule(
  file: SourceText,
  { config, schedule }: ProviderSchedule,
): string | undefined {
  let { text } = file;
  for (const path of providersAt(text, config)) {
    const edit = addToYaml({ ...file, text }, [...path, 'schedule'], flow(schedule));
    if (!edit?.after) return undefined;
    text = edit.after.slice(file.bom.length).replaceAll('\r\n', '\n');
  }
  return text;
}

/** The places of configured providers without a schedule: one, or one for each id. */
function providersAt(text: string, config: readonly string[]): string[][] {
  const document = parseDocument(text);
  const node = document.getIn(config, true);
  if (!isMap(node)) return [];
  const single = node.items.some(each => !isMap(each.value));
  if (single) return node.has('schedule') ? [] : [[...config]];
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) && isMap(value) && !value.has('schedule') ? [[...config, String(key.value)]] : [],
  );
}

/** `{frequency:{minutes:30}}` as it is written in YAML. */
function flow(schedule: string): string {
  return schedule
    .replaceAll(':', ': ')
    .replaceAll(',', ', ')
    .replaceAll('{', '{ ')
    .replaceAll('}', ' }');
}
