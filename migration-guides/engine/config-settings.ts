import { isMap, isScalar, parseDocument } from 'yaml';
import { readAppConfigs } from './app-configs';
import { addToYaml } from './edit-yaml';
import type { BackendProject } from './find-project';
import type { FileEdit } from './plan';
import type { SourceText } from './read-source';
import { fileEdit } from './source-edit';

/** Something that the code said and that the configuration has to say now. */
export interface ConfigSetting {
  readonly path: readonly string[];
  /** As it is written in YAML, on one line. */
  readonly value: string;
  /**
   * `base`: goes into app-config.yaml. `provider`: `path` without its last key is where an entity
   * provider is configured, once or under ids of its own. `signIn`: `path` is where an auth provider
   * is configured, usually once for each environment.
   */
  readonly place: 'base' | 'provider' | 'signIn';
}

const BASE = 'app-config.yaml';

/**
 * Writes settings where they belong in the app-config files; one that is there already stays.
 *
 * @param others - edits of the same files, which the result has as well
 * @returns undefined when a configuration file can not be edited
 */
export function applySettings(
  project: BackendProject,
  settings: readonly ConfigSetting[],
  others: readonly FileEdit[] = [],
): FileEdit[] | undefined {
  if (settings.length === 0) return [...others];
  const files = readAppConfigs(project);
  if (settings.some(each => each.place === 'base') && !files.some(each => each.file === BASE)) {
    return undefined;
  }
  const edits: FileEdit[] = [];
  for (const file of files) {
    const text = settings.reduce<string | undefined>(
      (current, each) => (current === undefined ? current : withSetting(file, current, each)),
      textAfter(file, others),
    );
    if (text === undefined) return undefined;
    const edit = fileEdit(file, text);
    if (edit) edits.push(edit);
  }
  return edits;
}

/** A file's text, or what other edits make of it. */
function textAfter(file: SourceText, edits: readonly FileEdit[]): string {
  const after = edits.find(each => each.file === file.file)?.after;
  return after == null ? file.text : after.slice(file.bom.length).replaceAll('\r\n', '\n');
}

/** True when a configuration file has an auth provider. */
export function isConfigured(project: BackendProject, path: readonly string[]): boolean {
  return readAppConfigs(project).some(({ text }) => parseDocument(text).hasIn(path));
}

/** The keys of a map in any of the configuration files. */
export function configuredKeys(project: BackendProject, path: readonly string[]): string[] {
  const keys = readAppConfigs(project).flatMap(({ text }) => {
    const node = parseDocument(text).getIn(path, true);
    return isMap(node)
      ? node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []))
      : [];
  });
  return [...new Set(keys)];
}

function withSetting(file: SourceText, text: string, setting: ConfigSetting): string | undefined {
  let current = text;
  for (const path of placesOf(file, text, setting)) {
    const edit = addToYaml({ ...file, text: current }, path, setting.value);
    if (!edit?.after) return undefined;
    current = edit.after.slice(file.bom.length).replaceAll('\r\n', '\n');
  }
  return current;
}

function placesOf(file: SourceText, text: string, { path, place }: ConfigSetting): string[][] {
  const document = parseDocument(text);
  if (place === 'base') {
    return file.file === BASE && !document.hasIn(path) ? [[...path]] : [];
  }
  const parent = place === 'provider' ? path.slice(0, -1) : path;
  const rest = place === 'provider' ? path.slice(-1) : ['signIn', 'resolvers'];
  const node = document.getIn(parent, true);
  if (!isMap(node)) return [];
  const isSingle = node.items.some(each => !isMap(each.value));
  if (isSingle) return node.has(rest[0]) ? [] : [[...parent, ...rest]];
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) && isMap(value) && !value.has(rest[0])
      ? [[...parent, String(key.value), ...rest]]
      : [],
  );
}
