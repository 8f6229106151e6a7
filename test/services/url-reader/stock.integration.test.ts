import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { expect } from 'chai';
import type { UrlReaderService } from 'backstage-forklift';
import { UrlReaders } from 'backstage-forklift/services';
import { tarGz, zip } from './archives';
import { routes, startServer, type LocalServer } from './local-server';

const stock = createRequire(join(__dirname, '../../interop/package.json'));
const logger: any = { info() {}, warn() {}, error() {}, debug() {}, child: () => logger };

const archive = tarGz([
  { path: 'acme-portal-1/', type: 'Directory' },
  { path: 'acme-portal-1/catalog-info.yaml', content: 'kind: System' },
  { path: 'acme-portal-1/docs/', type: 'Directory' },
  { path: 'acme-portal-1/docs/index.md', content: '# docs' },
  { path: 'acme-portal-1/docs/deep/page.md', content: '# page' },
]);

const zipped = zip([
  { path: 'catalog-info.yaml', content: 'kind: System' },
  { path: 'docs/index.md', content: '# docs' },
  { path: 'docs/deep/page.md', content: '# page' },
]);

/** How the pages of a host are called. */
interface Pages {
  config: () => object;
  /** The page of a file or a pattern. */
  file: (path: string) => string;
  /** The page of the whole tree, or of a folder. */
  tree: (folder?: string) => string;
  /** The page of the repository, with its default branch. */
  repository?: () => string;
}

describe('The URL reader', () => {
  let server: LocalServer;

  before(async () => {
    const azure = '/acme/project/_apis/git/repositories/portal';
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const file: Parameters<typeof routes>[0][string] = (req, res) => {
      res.writeHead(req.headers['if-none-match'] === '"v1"' ? 304 : 200, {
        etag: '"v1"',
        'last-modified': 'Wed, 21 Oct 2026 07:28:00 GMT',
      });
      res.end(res.statusCode === 304 ? '' : 'kind: System');
    };
    server = await startServer((req, res) => routes(answers)(req, res));
    const answers: Parameters<typeof routes>[0] = {
      '/gh/repos/acme/portal': { default_branch: 'main' },
      '/gh/repos/acme/portal/commits/main/status?per_page=0': {
        sha: 'c1',
        repository: {
          archive_url: `${server.url}/archive/{archive_format}{/ref}`,
          trees_url: `${server.url}/trees{/sha}`,
        },
      },
      '/archive/tarball/c1': archive,
      '/trees/c1?recursive=true': {
        truncated: false,
        tree: [{ type: 'blob', path: 'docs/index.md', url: `${server.url}/blob/1` }],
      },
      '/blob/1': { content: base64('# docs') },
      '/gh/repos/acme/portal/contents/catalog-info.yaml?ref=main': file,
      '/gh/repos/acme/portal/contents/broken.yaml?ref=main': (_, res) => res.writeHead(500).end(),
      '/gl/projects/acme%2Fportal': { default_branch: 'main' },
      '/gl/projects/acme%2Fportal/repository/commits?ref_name=main': [{ id: 'c1' }],
      '/gl/projects/acme%2Fportal/repository/commits?ref_name=main&path=docs': [{ id: 'c2' }],
      '/gl/projects/acme%2Fportal/repository/archive?sha=main': archive,
      '/gl/projects/acme%2Fportal/repository/archive?sha=main&path=docs': archive,
      '/gl/projects/acme%2Fportal/repository/files/catalog-info.yaml/raw?ref=main': file,
      '/gh/repos/acme/portal/contents/limited.yaml?ref=main': (_, res) =>
        res.writeHead(403, { 'x-ratelimit-remaining': '0' }).end(),
      '/gh/repos/acme/portal/contents/busy.yaml?ref=main': (_, res) =>
        res.writeHead(429, { 'retry-after': '0' }).end(),
      '/gh/repos/acme/portal/contents/refused.yaml?ref=main': (_, res) => res.writeHead(401).end(),
      '/gl/projects/acme%2Fportal/repository/files/refused.yaml/raw?ref=main': (_, res) =>
        res.writeHead(401).end(),
      '/bb/projects/acme/repos/portal/raw/catalog-info.yaml?at=main': file,
      '/bb/projects/acme/repos/portal/raw/broken.yaml?at=main': (_, res) =>
        res.writeHead(500).end(),
      '/bb/projects/acme/repos/portal/branches?filterText=main': {
        size: 1,
        values: [{ displayId: 'main', latestCommit: 'c1' }],
      },
      '/bb/projects/acme/repos/portal/branches/default': { displayId: 'main', latestCommit: 'c1' },
      '/bb/projects/acme/repos/portal/archive?format=tgz&at=main&prefix=acme-portal': archive,
      '/bb/projects/acme/repos/portal/archive?format=tgz&at=main&prefix=acme-portal&path=docs':
        archive,
      '/api/v1/repos/acme/portal/contents/catalog-info.yaml?ref=main': (req, res) =>
        req.headers['if-none-match'] === '"v1"'
          ? res.writeHead(304).end()
          : res
              .setHeader('etag', '"v1"')
              .end(JSON.stringify({ encoding: 'base64', content: base64('kind: System') })),
      '/api/v1/repos/acme/portal/contents/broken.yaml?ref=main': (_, res) =>
        res.writeHead(500).end(),
      '/api/v1/repos/acme/portal/contents/refused.yaml?ref=main': { encoding: 'none', content: '' },
      '/api/v1/repos/acme/portal/git/commits/main': { sha: 'c1' },
      '/api/v1/repos/acme/portal/archive/main.tar.gz': archive,
      '/projects/acme%2Fportal/branches/main': `)]}'\n{"revision":"c1"}`,
      '/projects/acme%2Fportal/branches/main/files/catalog-info.yaml/content':
        base64('kind: System'),
      '/projects/acme%2Fportal/branches/main/files/docs%2Findex.md/content': base64('# docs'),
      '/projects/acme%2Fportal/branches/main/files/broken.yaml/content': (_, res) =>
        res.writeHead(500).end(),
      '/gitiles/acme/portal/+archive/refs/heads/main.tar.gz': archive,
      '/gitiles/acme/portal/+archive/refs/heads/main/docs.tar.gz': archive,
      '/gitiles/acme/portal/+/refs/heads/main/?format=JSON&recursive': `)]}'\n${JSON.stringify({
        entries: [
          { type: 'blob', name: 'docs/index.md' },
          { type: 'blob', name: 'catalog-info.yaml' },
        ],
      })}`,
      [`${azure}/items?api-version=6.0&path=%2Fcatalog-info.yaml`]: file,
      [`${azure}/items?api-version=6.0&path=%2Fbroken.yaml`]: (_, res) => res.writeHead(500).end(),
      [`${azure}/items?api-version=6.0&path=%2Frefused.yaml`]: (_, res) =>
        res.writeHead(203).end('sign in'),
      [`${azure}/commits?api-version=6.0`]: { value: [{ commitId: 'c1' }] },
      [`${azure}/commits?api-version=6.0&searchCriteria.itemPath=%2Fdocs`]: {
        value: [{ commitId: 'c1' }],
      },
      [`${azure}/items?recursionLevel=full&download=true&api-version=6.0`]: zipped,
      [`${azure}/items?recursionLevel=full&download=true&api-version=6.0&scopePath=%2Fdocs`]:
        zipped,
      '/plain.yaml': file,
      '/moved.yaml': (_, res) => res.writeHead(302, { location: '/plain.yaml' }).end(),
      '/away.yaml': (_, res) => res.writeHead(302, { location: 'http://elsewhere.test/' }).end(),
    };
  });

  beforeEach(() => server.requests.splice(0));

  after(() => server.close());

  /** What comes of a call: its values, or the name and message of its error. */
  const outcomeOf = async (call: Promise<any>): Promise<unknown> => {
    try {
      const answer = await call;
      const { etag, lastModifiedAt } = answer;
      if (answer.buffer) {
        return { text: String(await answer.buffer()), etag, lastModifiedAt };
      }
      const list: any[] = typeof answer.files === 'function' ? await answer.files() : answer.files;
      return {
        etag,
        files: await Promise.all(
          list.map(async ({ path, url, content }) => ({
            path,
            url,
            text: String(await content()),
          })),
        ),
      };
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message };
    }
  };

  const calls: Record<string, (reader: UrlReaderService, pages: Pages) => Promise<any>> = {
    'a file': (reader, { file }) => reader.readUrl(file('catalog-info.yaml')),
    'a file with a token': (reader, { file }) =>
      reader.readUrl(file('catalog-info.yaml'), { token: 'mine' }),
    'a file that has not changed': (reader, { file }) =>
      reader.readUrl(file('catalog-info.yaml'), { etag: '"v1"' }),
    'a file since a day': (reader, { file }) =>
      reader.readUrl(file('catalog-info.yaml'), { lastModifiedAfter: new Date('2026-01-01') }),
    'a file that does not exist': (reader, { file }) => reader.readUrl(file('none.yaml')),
    'a file that cannot be read': (reader, { file }) => reader.readUrl(file('broken.yaml')),
    'a file that is refused': (reader, { file }) => reader.readUrl(file('refused.yaml')),
    'a file beyond the rate limit': (reader, { file }) => reader.readUrl(file('limited.yaml')),
    'a file of a busy server': (reader, { file }) => reader.readUrl(file('busy.yaml')),
    'a tree': (reader, { tree }) => reader.readTree(tree()),
    'a tree with a token': (reader, { tree }) => reader.readTree(tree(), { token: 'mine' }),
    'a tree of the default branch': (reader, { tree, repository = tree }) =>
      reader.readTree(repository()),
    'a tree that has not changed': (reader, { tree }) => reader.readTree(tree(), { etag: 'c1' }),
    'a folder': (reader, { tree }) => reader.readTree(tree('docs')),
    'some files of a tree': (reader, { tree }) =>
      reader.readTree(tree(), {
        filter: (path, info) => path.endsWith('.md') && info!.size < 100,
      }),
    'a search for a file': (reader, { file }) => reader.search(file('catalog-info.yaml')),
    'a search for nothing': (reader, { file }) => reader.search(file('none.yaml')),
    'a search by pattern': (reader, { file }) => reader.search(file('docs/*.md')),
    'a search that has not changed': (reader, { file }) =>
      reader.search(file('docs/*.md'), { etag: 'c1' }),
  };
  const below = (folder?: string) => (folder ? `/${folder}` : '');
  const hosts: Record<string, Pages> = {
    GitHub: {
      config: () => ({
        github: [{ host: server.host, apiBaseUrl: `${server.url}/gh`, token: 't' }],
      }),
      file: path => `${server.url}/acme/portal/blob/main/${path}`,
      tree: folder => `${server.url}/acme/portal/tree/main${below(folder)}`,
      repository: () => `${server.url}/acme/portal`,
    },
    GitLab: {
      config: () => ({
        gitlab: [
          { host: server.host, apiBaseUrl: `${server.url}/gl`, baseUrl: server.url, token: 't' },
        ],
      }),
      file: path => `${server.url}/acme/portal/-/blob/main/${path}`,
      tree: folder => `${server.url}/acme/portal/-/tree/main${below(folder)}`,
      repository: () => `${server.url}/acme/portal`,
    },
    'Bitbucket Server': {
      config: () => ({
        bitbucketServer: [{ host: server.host, apiBaseUrl: `${server.url}/bb`, token: 't' }],
      }),
      file: path => `${server.url}/projects/acme/repos/portal/browse/${path}?at=main`,
      tree: folder => `${server.url}/projects/acme/repos/portal/browse${below(folder)}?at=main`,
      repository: () => `${server.url}/projects/acme/repos/portal/browse`,
    },
    Gitea: {
      config: () => ({ gitea: [{ host: server.host, baseUrl: server.url, password: 't' }] }),
      file: path => `${server.url}/acme/portal/src/branch/main/${path}`,
      tree: folder => `${server.url}/acme/portal/src/branch/main${below(folder)}`,
    },
    Gerrit: {
      config: () => ({
        gerrit: [
          { host: 'gerrit.test', baseUrl: server.url, gitilesBaseUrl: `${server.url}/gitiles` },
        ],
      }),
      file: path => `${server.url}/gitiles/acme/portal/+/refs/heads/main/${path}`,
      tree: folder => `${server.url}/gitiles/acme/portal/+/refs/heads/main${below(folder)}`,
    },
    'Azure DevOps': {
      config: () => ({
        azure: [{ host: server.host, credentials: [{ personalAccessToken: 't' }] }],
      }),
      file: path => `${server.url}/acme/project/_git/portal?path=${encodeURIComponent(`/${path}`)}`,
      tree: folder => `${server.url}/acme/project/_git/portal${folder ? `?path=%2F${folder}` : ''}`,
    },
  };

  /** Where stock Backstage takes no notice of what it is asked for. */
  const onlyHere = [
    /^a file (that has not changed|since a day) of Gitea$/,
    // Stock Backstage knows patterns of dev.azure.com only, not of servers of one's own.
    /^a search (by pattern|that has not changed) of Azure DevOps$/,
  ];

  const compare = async (
    config: object,
    call: (reader: UrlReaderService) => Promise<any>,
  ): Promise<void> => {
    const options = { config: new ConfigReader(config as any), logger };
    const ours = await outcomeOf(call(UrlReaders.default(options)));
    const asked = server.requests.splice(0).map(describeRequest);
    const theirs = await outcomeOf(
      call(stock('@backstage/backend-defaults/urlReader').UrlReaders.default(options)),
    );

    expect(ours).to.deep.equal(theirs);
    expect(asked).to.have.deep.members(server.requests.splice(0).map(describeRequest));
  };
  const describeRequest = ({ method, url, headers }: any) => [
    method,
    url,
    headers.authorization,
    headers['private-token'],
    headers['if-none-match'],
    headers['if-modified-since'],
    headers.accept,
  ];

  for (const [name, pages] of Object.entries(hosts)) {
    for (const [what, call] of Object.entries(calls)) {
      if (onlyHere.some(pattern => pattern.test(`${what} of ${name}`))) continue;
      it(`answers for ${what} of ${name} like stock Backstage, with the same requests`, () =>
        compare({ integrations: pages.config() }, reader => call(reader, pages)));
    }
  }

  const paths = ['/plain.yaml', '/moved.yaml', '/away.yaml', '/none.yaml'];
  for (const path of paths) {
    it(`answers for ${path} of an allowed host like stock Backstage, with the same requests`, () =>
      compare({ backend: { reading: { allow: [{ host: server.host }] } } }, reader =>
        reader.readUrl(`${server.url}${path}`),
      ));
  }

  it('refuses other hosts like stock Backstage', () =>
    compare({}, reader => reader.readUrl('https://example.com/a')));
});
