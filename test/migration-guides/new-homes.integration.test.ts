import { expect } from 'chai';
import { join } from 'node:path';
import ts from 'typescript';
import * as common from '../../migration-guides/backend-common-imports/new-homes';
import * as tasks from '../../migration-guides/backend-tasks/new-homes';
import { STABLE_NAMES } from '../../migration-guides/alpha-to-stable/stable-names';
import type { DatedHome } from '../../migration-guides/engine/source-step/dated-home';

const HOME = join(__dirname, '..', '..');

/** What the compiler says about imports that are written into a file of a folder. */
function importErrors(folder: string, names: ReadonlyMap<string, readonly string[]>): string[] {
  const file = join(HOME, folder, 'all-homes.ts');
  const lines = [...names].map(
    ([module, each]) => `export { ${each.join(', ')} } from '${module}';`,
  );
  const { config } = ts.readConfigFile(join(HOME, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, HOME);
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  const { readFile, fileExists } = host;
  host.readFile = name => (name === file ? lines.join('\n') : readFile(name));
  host.fileExists = name => name === file || fileExists(name);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, lines.join('\n'), ts.ScriptTarget.ES2022, true)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], { ...options, noEmit: true }, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(file))
    .map(each => ts.flattenDiagnosticMessageText(each.messageText, ' '));
}

/** Names by module, without repetition. */
function byModule(homes: readonly DatedHome[]): Map<string, string[]> {
  const names = new Map<string, Set<string>>();
  for (const { module, name } of homes)
    names.set(module, (names.get(module) ?? new Set()).add(name));
  return new Map([...names].map(([module, each]) => [module, [...each]]));
}

describe('where the guides say that names are now', () => {
  it('published packages export them', () => {
    const homes = [
      ...Object.values(common.NEW_HOMES),
      common.MIDDLEWARE_FACTORY,
      ...Object.values(tasks.NEW_HOMES),
      ...Object.values(STABLE_NAMES).flatMap(each => Object.values(each)),
    ];
    expect(homes).to.have.length.above(80);
    expect(importErrors('test/interop', byModule(homes))).to.deep.equal([]);
  });

  it('backstage-forklift/legacy exports those without a new home', () => {
    const names = [...common.ONLY_LEGACY, ...tasks.ONLY_LEGACY, 'PluginTaskScheduler'];
    expect(importErrors('.', new Map([['backstage-forklift/legacy', names]]))).to.deep.equal([]);
  });

  it('a name that is nowhere is noticed', () => {
    const names = new Map([['@backstage/backend-plugin-api', ['LoggerService', 'NoSuchService']]]);
    expect(importErrors('test/interop', names).join()).to.match(/^[^,]*'NoSuchService'/);
  });

  it('every export of the last backend-common has a place', () => {
    const portal = join(HOME, 'examples/legacy-portal/node_modules');
    const file = join(portal, '@backstage/backend-common/dist/index.d.ts');
    const text = ts.sys.readFile(file) ?? '';
    const [, list = ''] = /export \{([^}]*)\};\s*$/.exec(text) ?? [];
    const exported = list
      .split(',')
      .map(each =>
        each
          .trim()
          .replace(/^type /, '')
          .replace(/^.* as /, ''),
      )
      .filter(each => each !== '');
    const known = [
      ...Object.keys(common.NEW_HOMES),
      ...Object.keys(common.OTHER_STEPS),
      ...common.ONLY_LEGACY,
      // Files that build a service, or environments of old plugins, go as a whole.
      'createServiceBuilder',
      'RequestLoggingHandlerFactory',
      'ServiceBuilder',
    ];
    expect(exported).to.have.length.above(50);
    expect(exported.filter(each => !known.includes(each))).to.deep.equal([]);
  });
});
