import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOpenApiFile } from 'backstage-forklift/parity';

describe('readOpenApiFile', () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forklift-openapi-'));
    file = join(folder, 'openapi.yaml');
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function read(text: string, base?: string) {
    await writeFile(file, text);
    return readOpenApiFile(file, base);
  }

  const pots = `
openapi: 3.0.3
servers: [{ url: 'https://portal.example.com/api/tea/' }]
paths:
  /pots/{id}:
    get:
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer, minimum: 5 } }
        - { name: session, in: cookie, schema: { type: string } }
`;

  it('reads operations below the path of the first server, or the one that is told', async () => {
    const [operation] = await read(pots);
    expect(operation).to.eql({
      method: 'GET',
      path: '/api/tea/pots/:id',
      parameters: [{ name: 'id', in: 'path', required: true, named: [], sample: 5, joined: true }],
    });
    const [elsewhere] = await read(pots, '/api/coffee');
    expect(elsewhere.path).to.equal('/api/coffee/pots/:id');
  });

  it('reads Swagger 2, and paths that have their base already', async () => {
    const [operation] = await read(
      `{"swagger":"2.0","paths":{"/api/tea/pots":{"get":{"parameters":[{"name":"a","in":"query","type":"string","enum":["x"]}]}}}}`,
      '/api/tea',
    );
    expect(operation.path).to.equal('/api/tea/pots');
    expect(operation.parameters[0].named).to.eql(['x']);
  });

  const bad: Array<[text: string, message: RegExp]> = [
    ['', /openapi\.yaml:1:1: expected an OpenAPI document/],
    ['openapi: [', /openapi\.yaml:1:\d+: /],
    ['openapi: 3.0.0\npaths: []', /:2:8: expected 'paths' to be a mapping/],
    ['openapi: 3.0.0\npaths:\n  pots: {}', /:3:9: expected a path that begins with '\/'/],
    ['openapi: 3.0.0\npaths:\n  /a:\n    get: 5', /:4:10: expected an operation/],
    [
      'openapi: 3.0.0\npaths: { /a: { get: { parameters: 5 } } }',
      /:2:35: expected 'parameters' to/,
    ],
    [
      "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      parameters:\n        - { $ref: '#/no/such' }",
      /:6:11: there is no '#\/no\/such' in this document/,
    ],
    [
      "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      parameters:\n        - { $ref: 'other.yaml' }",
      /:6:11: there is no 'other\.yaml' in this document/,
    ],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${JSON.stringify(text)}`, async () => {
      const error = await read(text).then(
        () => expect.fail('expected a rejection'),
        caught => caught,
      );
      expect(error).to.include({ name: 'ParityError', code: 'REQUESTS_INVALID' });
      expect(error.message).to.match(message);
    });
  }
});
