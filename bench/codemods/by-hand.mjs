import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Compares what the guides made of stock plugin files with what people made of them by hand.
 *
 * @param ids - the plugins whose files were stock before
 * @param ours - the index.ts that the guides wrote
 * @param theirs - the index.ts after the migration by hand
 * @param old - the folder of the plugin files before
 * @returns for each plugin that people replaced: `same` (the plugin and every module that they added),
 * `more` (the same, but for modules of what the old file did not name), `kept` (the plugin, and the code
 * of the file as a module where they added a published one), `less` (modules are missing), or `left` (not
 * replaced), with what is missing
 */
export function compareWithHandMigration(ids, ours, theirs, old) {
  const our = featuresOf(ours);
  return ids.flatMap(id => {
    const by = featuresOf(theirs).filter(each => each.plugin === id);
    const plugin = by.find(each => !each.isModule && !each.isLocal);
    if (!plugin) return [];
    const mine = our.filter(each => each.plugin === id);
    if (!mine.some(each => !each.isModule && !each.isLegacy))
      return [{ id, outcome: 'left', missing: [] }];
    const names = new Set(mine.map(each => each.name));
    const missing = by.filter(each => each.isModule && !each.isLocal && !names.has(each.name));
    const outcome =
      missing.length === 0
        ? 'same'
        : mine.some(each => each.isLocal)
          ? 'kept'
          : missing.every(each => isNew(each, join(old, `${id}.ts`)))
            ? 'more'
            : 'less';
    return [{ id, outcome, missing: missing.map(each => each.specifier) }];
  });
}

/** What an index.ts of the new system adds: specifiers of imports, and the plugin each is for. */
function featuresOf(index) {
  const text = readFileSync(index, 'utf8').replaceAll(/^\s*\/\/.*$|\/\*[\s\S]*?\*\//gm, '');
  const legacy = [...text.matchAll(/legacyPlugin\(\s*['"]([\w-]+)['"]/g)].map(([, id]) => ({
    plugin: id,
    isLegacy: true,
  }));
  const dynamic = [...text.matchAll(/(?:add\(\s*|yield )import\(\s*['"]([^'"]+)['"]/g)];
  const named = [...text.matchAll(/import \{([^}]*)\} from ['"](\.[^'"]+)['"]/g)]
    .filter(([, names]) => names.split(',').some(each => text.includes(`add(${each.trim()})`)))
    .map(([, , specifier]) => [undefined, specifier]);
  return [...legacy, ...[...dynamic, ...named].map(([, specifier]) => describe(index, specifier))];
}

/**
 * True for a module of which the old file has no trace. The actions of the scaffolder were built in, and
 * providers may be configured only, so that theirs are never new.
 */
function isNew({ plugin, name }, file) {
  if (['scaffolder', 'auth'].includes(plugin) || !existsSync(file)) return false;
  const [, subject] = /-module-(.+)$/.exec(name);
  const words = subject.split('-').filter(each => each !== 'collator');
  const text = readFileSync(file, 'utf8').toLowerCase();
  return !words.some(each => text.includes(each));
}

function describe(index, specifier) {
  if (specifier.startsWith('.')) {
    const base = join(dirname(index), specifier);
    const file = [`${base}.ts`, join(base, 'index.ts')].find(existsSync);
    const text = file ? readFileSync(file, 'utf8') : '';
    const plugin = /pluginId: ['"]([\w-]+)['"]/.exec(text)?.[1];
    return { specifier, plugin, isModule: /createBackendModule/.test(text), isLocal: true };
  }
  const name = specifier.replace(/\/(alpha|new-backend)$/, '').replace(/^@[^/]+\//, '');
  const [, plugin, module] =
    /^(?:backstage-)?(?:plugin-)?(.+?)-backend(-module-.+)?$/.exec(name) ?? [];
  return { specifier, name, plugin, isModule: module !== undefined, isLocal: false };
}
