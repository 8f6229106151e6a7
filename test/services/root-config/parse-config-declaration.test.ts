import { expect } from 'chai';
import { parseConfigDeclaration } from '../../../lib/services/root-config/parse-config-declaration';

describe('parseConfigDeclaration', () => {
  const parse = (text: string, canImport?: (path: string) => boolean) =>
    parseConfigDeclaration(text, canImport) as any;
  const property = (type: string, doc = '') =>
    parse(`export interface Config { ${doc && `/** ${doc} */`} a: ${type} }`).definitions.Config
      .properties.a;

  it('reads nested objects, optional members and visibility', () => {
    const schema = parse(`
      /* licence */
      import { HumanDuration } from '@backstage/types';
      // comment
      export interface Config {
        /** The app. */
        app?: {
          /**
           * @visibility secret
           */
          'api-token': string;
          /** @deepVisibility secret */
          headers?: { [name: string]: string },
          readonly timeout?: HumanDuration | string
        };
      }
    `);

    expect(schema).to.deep.equal({
      $ref: '#/definitions/Config',
      definitions: {
        Config: {
          type: 'object',
          properties: {
            app: {
              type: 'object',
              required: ['api-token'],
              properties: {
                'api-token': { type: 'string', visibility: 'secret' },
                headers: {
                  type: 'object',
                  properties: {},
                  additionalProperties: { type: 'string' },
                  deepVisibility: 'secret',
                },
                timeout: { anyOf: [{}, { type: 'string' }] },
              },
            },
          },
        },
      },
    });
  });

  const types: Array<[type: string, schema: object]> = [
    ['string', { type: 'string' }],
    ['string | undefined', { type: 'string' }],
    ["| 'a' | 'b'", { anyOf: [{ const: 'a' }, { const: 'b' }] }],
    ['true | 5 | null', { anyOf: [{ const: true }, { const: 5 }, { type: 'null' }] }],
    ['string[][]', { type: 'array', items: { type: 'array', items: { type: 'string' } } }],
    [
      '(string | number)[]',
      { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
    ],
    ['readonly string[]', { type: 'array', items: { type: 'string' } }],
    [
      'Array<{ b?: boolean }>',
      { type: 'array', items: { type: 'object', properties: { b: { type: 'boolean' } } } },
    ],
    ['[string, number]', { type: 'array', items: [{ type: 'string' }, { type: 'number' }] }],
    ['Record<string, string>', { type: 'object', additionalProperties: { type: 'string' } }],
    [
      'Partial<Record<string, number>>',
      { type: 'object', additionalProperties: { type: 'number' } },
    ],
    [
      '{ b?: string } & { c?: string }',
      {
        allOf: [
          { type: 'object', properties: { b: { type: 'string' } } },
          { type: 'object', properties: { c: { type: 'string' } } },
        ],
      },
    ],
    ['unknown', {}],
    ['Some.Imported<Type>', {}],
  ];
  for (const [type, schema] of types) {
    it(`reads ${type}`, () => expect(property(type)).to.deep.equal(schema));
  }

  it('reads the visibility of alternatives and of items', () => {
    expect(
      property('string | { /** @visibility secret */ b?: string }', '@visibility secret'),
    ).to.deep.equal({
      anyOf: [
        { type: 'string' },
        { type: 'object', properties: { b: { type: 'string', visibility: 'secret' } } },
      ],
      visibility: 'secret',
    });
    expect(property('string[]', '@items.visibility secret')).to.deep.equal({
      type: 'array',
      items: { type: 'string', visibility: 'secret' },
    });
  });

  it('reads other types of the file, also those that refer to themselves', () => {
    const { definitions } = parse(`
      type Level = 'a' | Node;
      interface Base { /** @visibility secret */ token: string }
      interface Node extends Base { children?: Node[] }
      declare interface Config { level: Level }
    `);

    expect(definitions.Config.properties.level).to.deep.equal({ $ref: '#/definitions/Level' });
    expect(definitions.Node.allOf[0]).to.deep.equal({ $ref: '#/definitions/Base' });
    expect(definitions.Node.allOf[1].properties.children.items).to.deep.equal({
      $ref: '#/definitions/Node',
    });
  });

  it('takes types of files that are not there for anything, and refuses those that are', () => {
    const text = "import { A } from './src/a'; export interface Config { a: A }";

    expect(parse(text, () => false).definitions.Config.properties.a).to.deep.equal({});
    expect(() => parse(text, () => true)).to.throw(SyntaxError, "imports './src/a'");
  });

  for (const text of [
    '',
    'export interface Other {}',
    'export interface Config { a(): string }',
    'export interface Config { a: keyof B }',
    'export interface Config { a: string',
    'export class Config {}',
    'export interface Config { a: T extends string ? 1 : 2 }',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parse(text)).to.throw(SyntaxError);
    });
  }
});
