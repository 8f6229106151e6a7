import type MagicString from 'magic-string';
import type { ts } from 'ts-morph';
import { codeStyleOf, quoted } from '../engine/code-style';
import { lineOf, type ParsedModule } from '../engine/parse-module';
import { indentOf } from '../engine/source-edit';
import type { Finding } from '../engine/source-step/source-codemod';
import type { SourceRepository } from '../engine/source-step/source-repository';
import { optionsThatChanged, type ChangedOptions } from './options-that-changed';
import { removeUnusedStubs, stubbedUserOf } from './stubs';

const ANCHOR = 'options-that-have-changed';

/** Who asks where a test does not say otherwise. */
const MOCK_USER = 'user:default/mock';

/**
 * Gives functions of the repository mocks of the auth services, where they take these in place of the
 * token manager and the identity that a test still makes.
 *
 * @returns the mocks that it uses now, and what to report
 */
export function convertChangedOptions(
  repository: SourceRepository,
  module: ParsedModule,
  editor: MagicString,
): { readonly mocks: readonly string[]; readonly findings: readonly Finding[] } {
  const mocks = new Set<string>();
  const findings: Finding[] = [];
  const replaced: ts.ObjectLiteralElementLike[] = [];
  for (const options of optionsThatChanged(repository, module)) {
    const values = valuesOf(module, options);
    if (!values) {
      const reason =
        'gives an identity that answers otherwise than with one user, to code that takes httpAuth';
      const [first] = options.gone;
      findings.push({ line: lineOf(module, first), outcome: 'manual', reason, anchor: ANCHOR });
      continue;
    }
    const old = options.gone.map(each => each.name?.getText(module.sourceFile)).join(' and ');
    replace(module, editor, options.gone, values);
    replaced.push(...options.gone);
    for (const [mock] of values.join().matchAll(/\bmock(Services|Credentials)\b/g)) mocks.add(mock);
    const names = values.map(each => each.split(':')[0]).join(' and ');
    const reason = `gives ${names || 'nothing'} in place of ${old}`;
    findings.push({ outcome: 'migrated', reason, anchor: ANCHOR });
  }
  removeUnusedStubs(module, editor, replaced);
  return { mocks: [...mocks], findings };
}

/** The options to give instead; undefined when it is not certain who asks. */
function valuesOf(module: ParsedModule, options: ChangedOptions): readonly string[] | undefined {
  const values: string[] = [];
  const identity = options.gone.find(each => each.name?.getText(module.sourceFile) === 'identity');
  if (options.missing.includes('auth')) values.push('auth: mockServices.auth()');
  if (!identity) return values;
  const user = stubbedUserOf(module, identity);
  if (user === undefined) return undefined;
  if (options.missing.includes('httpAuth')) {
    const ref = quoted(user, codeStyleOf(module));
    const given = `{ defaultCredentials: mockCredentials.user(${ref}) }`;
    values.push(`httpAuth: mockServices.httpAuth(${user === MOCK_USER ? '' : given})`);
  }
  if (options.missing.includes('userInfo')) values.push('userInfo: mockServices.userInfo()');
  return values;
}

/** Writes new options where the first old one was, and removes the others. */
function replace(
  module: ParsedModule,
  editor: MagicString,
  [first, ...others]: readonly ts.ObjectLiteralElementLike[],
  values: readonly string[],
): void {
  const start = first.getStart(module.sourceFile);
  const isOnOwnLine = /\n[ \t]*$/.test(module.text.slice(0, start));
  const separator = isOnOwnLine ? `,\n${' '.repeat(indentOf(module, first))}` : ', ';
  if (values.length > 0) editor.overwrite(start, first.getEnd(), values.join(separator));
  for (const each of values.length > 0 ? others : [first, ...others]) remove(module, editor, each);
}

/** Removes a property with its comma and the space before it. */
function remove(
  module: ParsedModule,
  editor: MagicString,
  property: ts.ObjectLiteralElementLike,
): void {
  const comma = /^\s*,/.exec(module.text.slice(property.getEnd()))?.[0].length ?? 0;
  const start = property.getStart(module.sourceFile);
  const space = /[ \t\n]*$/.exec(module.text.slice(0, start))?.[0].length ?? 0;
  editor.remove(start - space, property.getEnd() + comma);
}
