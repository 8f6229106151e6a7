import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { Schema } from './support/config-mistakes';

const root = resolve(__dirname, '../../..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const schema = JSON.parse(read('config.schema.json')) as Schema;

/** The schemas of a key below a schema, whichever alternative has it. */
function below(form: Schema, key: string): Schema[] {
  if (form.$ref) {
    return below(schema.definitions[form.$ref.split('/').pop()!], key);
  }
  if (Object.keys(form).length === 0) {
    return [form]; // anything
  }
  const own = form.properties?.[key] ?? (form.properties ? undefined : form.additionalProperties);
  return [
    ...(own ? [own] : []),
    ...[...(form.anyOf ?? []), ...(form.items ? [form.items] : [])].flatMap(part =>
      below(part, key),
    ),
  ];
}

const isKnown = (path: string) =>
  path
    .split('.')
    .reduce<Schema[]>((forms, key) => forms.flatMap(form => below(form, key)), [schema]).length > 0;

/** A call, and the misspelt key of an example. */
const NO_SETTINGS = ['backend.add', 'backend.lifecyle'];

describe('config.schema.json', () => {
  const sources = [
    'README.md',
    'lib/services/README.md',
    ...['lib', 'legacy', 'adapters'].flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .map(name => join(folder, name)),
    ),
  ];

  it('describes every setting that code, messages and documentation name', () => {
    const named = sources.flatMap(file =>
      [
        ...read(file).matchAll(/(?<=['`(])(?:backend|discovery)(?:\.[a-z]\w*)+(?=[`'.):,]|$)/gim),
      ].map(([path]) => ({ file, path })),
    );
    expect(named.length).to.be.above(150);
    expect(named.filter(({ path }) => !isKnown(path) && !NO_SETTINGS.includes(path))).to.deep.equal(
      [],
    );
  });
});
