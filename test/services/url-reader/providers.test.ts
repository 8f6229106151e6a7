import { ConfigReader } from '@backstage/config';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import { UrlReaders } from '../../../lib/services';
import { tarGz, zip } from './archives';
import { routes, startServer, type LocalServer } from './local-server';

use(chaiAsPromised);

const logger: any = { info() {}, warn() {}, error() {}, debug() {}, child: () => logger };

describe('The URL reader', () => {
  let server: LocalServer;
  let answers: Parameters<typeof routes>[0];

  beforeEach(async () => {
    answers = {};
    server = await startServer((req, res) => routes(answers)(req, res));
  });

  afterEach(() => server.close());

  const createReader = (integrations: object, backend?: object) =>
    UrlReaders.default({ config: new ConfigReader({ integrations, backend } as any), logger });
  const asked = () => server.requests.map(({ url }) => url);
  const textOf = async (content: () => Promise<Buffer>) => (await content()).toString();
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  describe('for GitHub', () => {
    const sha = 'c0ffee';
    let reader: ReturnType<typeof createReader>;
    let page: string;

    beforeEach(() => {
      reader = createReader({
        github: [{ host: server.host, apiBaseUrl: `${server.url}/api/v3`, token: 'gh-token' }],
      });
      page = `${server.url}/acme/portal/blob/main`;
      answers['/api/v3/repos/acme/portal'] = { default_branch: 'main' };
      answers['/api/v3/repos/acme/portal/commits/main/status?per_page=0'] = {
        sha,
        repository: {
          archive_url: `${server.url}/archive/{archive_format}{/ref}`,
          trees_url: `${server.url}/trees{/sha}`,
        },
      };
      answers[`/archive/tarball/${sha}`] = tarGz([
        { path: 'acme-portal-c0ffee/', type: 'Directory' },
        { path: 'acme-portal-c0ffee/catalog-info.yaml', content: 'kind: System' },
        { path: 'acme-portal-c0ffee/docs/index.md', content: '# docs' },
      ]);
    });

    it('reads a file with the token of the integration', async () => {
      answers['/api/v3/repos/acme/portal/contents/catalog-info.yaml?ref=main'] = (req, res) => {
        res
          .setHeader('etag', '"v1"')
          .setHeader('last-modified', 'Wed, 21 Oct 2026 07:28:00 GMT')
          .end('kind: System');
      };

      const response = await reader.readUrl(`${page}/catalog-info.yaml`);

      expect(await textOf(response.buffer)).to.equal('kind: System');
      expect(response.etag).to.equal('"v1"');
      expect(response.lastModifiedAt).to.deep.equal(new Date('2026-10-21T07:28:00Z'));
      const { headers } = server.requests[0];
      expect(headers.authorization).to.equal('Bearer gh-token');
      expect(headers.accept).to.equal('application/vnd.github.v3.raw');
    });

    it('prefers a token that is given', async () => {
      answers['/api/v3/repos/acme/portal/contents/a.yaml?ref=main'] = 'a';

      await reader.readUrl(`${page}/a.yaml`, { token: 'mine' });

      expect(server.requests[0].headers.authorization).to.equal('Bearer mine');
    });

    it('throws NotModifiedError when a file has the known etag', async () => {
      answers['/api/v3/repos/acme/portal/contents/a.yaml?ref=main'] = (req, res) => {
        res.writeHead(req.headers['if-none-match'] === '"v1"' ? 304 : 200).end();
      };

      await expect(
        reader.readUrl(`${page}/a.yaml`, { etag: '"v1"' }),
      ).to.be.rejected.and.eventually.have.property('name', 'NotModifiedError');
    });

    it('throws NotFoundError for a file that does not exist', async () => {
      await expect(reader.readUrl(`${page}/none.yaml`))
        .to.be.rejectedWith(/^Request failed for .*none\.yaml\?ref=main, 404 Not Found$/)
        .and.eventually.have.property('name', 'NotFoundError');
    });

    it('says that the rate limit is exceeded', async () => {
      answers['/api/v3/repos/acme/portal/contents/a.yaml?ref=main'] = (req, res) => {
        res.writeHead(403, { 'x-ratelimit-remaining': '0' }).end();
      };

      await expect(reader.readUrl(`${page}/a.yaml`)).to.be.rejectedWith('(rate limit exceeded)');
    });

    it('reads a tree, and knows when it has not changed', async () => {
      const tree = await reader.readTree(`${server.url}/acme/portal/tree/main`);

      expect(tree.etag).to.equal(sha);
      expect((await tree.files()).map(({ path }) => path)).to.deep.equal([
        'catalog-info.yaml',
        'docs/index.md',
      ]);
      await expect(
        reader.readTree(`${server.url}/acme/portal/tree/main`, { etag: sha }),
      ).to.be.rejected.and.eventually.have.property('name', 'NotModifiedError');
    });

    it('reads a folder of the default branch', async () => {
      const tree = await reader.readTree(`${server.url}/acme/portal`);
      const docs = await reader.readTree(`${server.url}/acme/portal/tree/main/docs`);

      expect(await tree.files()).to.have.length(2);
      expect((await docs.files()).map(({ path }) => path)).to.deep.equal(['index.md']);
    });

    it('searches by a pattern in the list of files', async () => {
      answers[`/trees/${sha}?recursive=true`] = {
        truncated: false,
        tree: [
          { type: 'blob', path: 'a/catalog-info.yaml', url: `${server.url}/blob/1` },
          { type: 'tree', path: 'catalog-info.yaml', url: `${server.url}/blob/2` },
          { type: 'blob', path: 'a/other.yaml', url: `${server.url}/blob/3` },
        ],
      };
      answers['/blob/1'] = { content: base64('found') };

      const { files, etag } = await reader.search(`${page}/**/catalog-info.yaml`);

      expect(etag).to.equal(sha);
      expect(files.map(({ url }) => url)).to.deep.equal([`${page}/a/catalog-info.yaml`]);
      expect(await textOf(files[0].content)).to.equal('found');
    });

    it('searches the archive when the list of files is too long', async () => {
      answers[`/trees/${sha}?recursive=true`] = { truncated: true, tree: [] };

      const { files } = await reader.search(`${page}/*.{yaml,yml}`);

      expect(files.map(({ url }) => url)).to.deep.equal([`${page}/catalog-info.yaml`]);
      expect(await textOf(files[0].content)).to.equal('kind: System');
    });

    it('finds a single file, or nothing', async () => {
      answers['/api/v3/repos/acme/portal/contents/a.yaml?ref=main'] = 'a';

      expect((await reader.search(`${page}/a.yaml`)).files.map(({ url }) => url)).to.deep.equal([
        `${page}/a.yaml`,
      ]);
      expect(await reader.search(`${page}/none.yaml`)).to.deep.equal({ files: [], etag: '' });
    });

    it('stops when it is aborted', async () => {
      const controller = new AbortController();
      answers['/api/v3/repos/acme/portal/contents/slow.yaml?ref=main'] = () => controller.abort();

      await expect(
        reader.readUrl(`${page}/slow.yaml`, { signal: controller.signal }),
      ).to.be.rejected.and.eventually.have.property('name', 'AbortError');
    });
  });

  describe('for GitLab', () => {
    let reader: ReturnType<typeof createReader>;

    beforeEach(() => {
      reader = createReader({
        gitlab: [
          {
            host: server.host,
            apiBaseUrl: `${server.url}/api/v4`,
            baseUrl: server.url,
            token: 'gl-token',
          },
        ],
      });
      answers['/api/v4/projects/acme%2Fportal'] = { id: 7, default_branch: 'main' };
      answers['/api/v4/projects/acme%2Fportal/repository/commits?ref_name=main'] = [{ id: 'abc' }];
      answers['/api/v4/projects/acme%2Fportal/repository/archive?sha=main'] = tarGz([
        { path: 'portal-main/catalog-info.yaml', content: 'kind: System' },
        { path: 'portal-main/docs/index.md', content: '# docs' },
      ]);
    });

    it('reads a file', async () => {
      answers['/api/v4/projects/acme%2Fportal/repository/files/catalog-info.yaml/raw?ref=main'] =
        'kind: API';

      const url = `${server.url}/acme/portal/-/blob/main/catalog-info.yaml`;
      const response = await reader.readUrl(url, { etag: 'e' });

      expect(await textOf(response.buffer)).to.equal('kind: API');
      const { headers } = server.requests.at(-1)!;
      expect(headers.authorization ?? headers['private-token']).to.contain('gl-token');
      expect(headers['if-none-match']).to.equal('e');
    });

    it('reads the artifact of a job', async () => {
      answers['/api/v4/projects/acme%2Fportal/jobs/artifacts/main/raw/out/api.json?job=build'] =
        '{}';

      const response = await reader.readUrl(
        `${server.url}/acme/portal/-/jobs/artifacts/main/raw/out/api.json?job=build`,
      );

      expect(await textOf(response.buffer)).to.equal('{}');
    });

    it('reads a tree, and knows when it has not changed', async () => {
      const tree = await reader.readTree(`${server.url}/acme/portal/-/tree/main`);

      expect(tree.etag).to.equal('abc');
      expect(await tree.files()).to.have.length(2);
      await expect(
        reader.readTree(`${server.url}/acme/portal`, { etag: 'abc' }),
      ).to.be.rejected.and.eventually.have.property('name', 'NotModifiedError');
    });

    it('searches below the folder that a pattern begins with', async () => {
      answers['/api/v4/projects/acme%2Fportal/repository/commits?ref_name=main&path=docs'] = [
        { id: 'abd' },
      ];
      answers['/api/v4/projects/acme%2Fportal/repository/archive?sha=main&path=docs'] = tarGz([
        { path: 'portal-main/docs/index.md', content: '# docs' },
        { path: 'portal-main/docs/deep/index.md', content: '# deep' },
      ]);

      const { files, etag } = await reader.search(
        `${server.url}/acme/portal/-/blob/main/docs/*.md`,
      );

      expect(etag).to.equal('abd');
      expect(files.map(({ url }) => url)).to.deep.equal([
        `${server.url}/acme/portal/-/blob/main/docs/index.md`,
      ]);
      expect(await textOf(files[0].content)).to.equal('# docs');
    });

    it('names the URL that failed', async () => {
      await expect(reader.readTree(`${server.url}/acme/none`))
        .to.be.rejectedWith(`Failed to read tree from ${server.url}/acme/none, 404 Not Found`)
        .and.eventually.have.property('name', 'NotFoundError');
    });
  });

  describe('for Bitbucket Server', () => {
    let reader: ReturnType<typeof createReader>;

    beforeEach(() => {
      reader = createReader({
        bitbucketServer: [
          { host: server.host, apiBaseUrl: `${server.url}/rest/api/1.0`, token: 'bb' },
        ],
      });
      answers['/rest/api/1.0/projects/acme/repos/portal/branches?filterText=main'] = {
        size: 2,
        values: [
          { displayId: 'mainline', latestCommit: 'ffffffffffffffff' },
          { displayId: 'main', latestCommit: '0123456789abcdef' },
        ],
      };
    });

    it('reads a file', async () => {
      answers['/rest/api/1.0/projects/acme/repos/portal/raw/a.yaml?at=main'] = 'a: 1';

      const response = await reader.readUrl(
        `${server.url}/projects/acme/repos/portal/browse/a.yaml?at=main`,
      );

      expect(await textOf(response.buffer)).to.equal('a: 1');
      expect(server.requests[0].headers.authorization).to.equal('Bearer bb');
    });

    it('reads a tree of a branch', async () => {
      answers[
        '/rest/api/1.0/projects/acme/repos/portal/archive?format=tgz&at=main&prefix=acme-portal&path=docs'
      ] = tarGz([{ path: 'acme-portal/docs/index.md', content: '# docs' }]);

      const tree = await reader.readTree(
        `${server.url}/projects/acme/repos/portal/browse/docs?at=main`,
      );

      expect(tree.etag).to.equal('0123456789ab');
      expect((await tree.files()).map(({ path }) => path)).to.deep.equal(['index.md']);
    });
  });

  describe('for Bitbucket Cloud', () => {
    it('reads a tree, by way of its API', async () => {
      // The host is fixed; its requests are answered here.
      const realFetch = globalThis.fetch;
      globalThis.fetch = (input, init) =>
        realFetch(String(input).replace(/^https:\/\/(api\.)?bitbucket\.org/, server.url), init);
      try {
        const reader = createReader({ bitbucketCloud: [{ username: 'u', appPassword: 'p' }] });
        answers['/2.0/repositories/acme/portal/commits/main'] = {
          values: [{ hash: '0123456789abcdef' }],
        };
        answers['/acme/portal/get/main.tar.gz'] = tarGz([
          { path: 'acme-portal-0123/a.yaml', content: 'a: 1' },
        ]);
        answers['/2.0/repositories/acme/portal/src/main/a.yaml'] = 'a: 1';

        const tree = await reader.readTree('https://bitbucket.org/acme/portal/src/main');
        const file = await reader.readUrl('https://bitbucket.org/acme/portal/src/main/a.yaml');

        expect(tree.etag).to.equal('0123456789ab');
        expect((await tree.files()).map(({ path }) => path)).to.deep.equal(['a.yaml']);
        expect(await textOf(file.buffer)).to.equal('a: 1');
        expect(server.requests[0].headers.authorization).to.equal(`Basic ${base64('u:p')}`);
      } finally {
        globalThis.fetch = realFetch;
      }
    });
  });

  describe('for Gitea', () => {
    let reader: ReturnType<typeof createReader>;

    beforeEach(() => {
      reader = createReader({
        gitea: [{ host: server.host, baseUrl: server.url, password: 'gitea-token' }],
      });
    });

    it('reads a file', async () => {
      answers['/api/v1/repos/acme/portal/contents/a.yaml?ref=main'] = {
        encoding: 'base64',
        content: base64('a: 1'),
      };

      const response = await reader.readUrl(`${server.url}/acme/portal/src/branch/main/a.yaml`);

      expect(await textOf(response.buffer)).to.equal('a: 1');
      expect(server.requests[0].headers.authorization).to.equal('token gitea-token');
    });

    it('knows when a file has not changed', async () => {
      answers['/api/v1/repos/acme/portal/contents/a.yaml?ref=main'] = (req, res) =>
        res.writeHead(req.headers['if-none-match'] === '"v1"' ? 304 : 500).end();

      await expect(
        reader.readUrl(`${server.url}/acme/portal/src/branch/main/a.yaml`, { etag: '"v1"' }),
      ).to.be.rejected.and.eventually.have.property('name', 'NotModifiedError');
    });

    it('reads a tree', async () => {
      answers['/api/v1/repos/acme/portal/git/commits/main'] = { sha: 'abc' };
      answers['/api/v1/repos/acme/portal/archive/main.tar.gz'] = tarGz([
        { path: 'portal/docs/index.md', content: '# docs' },
        { path: 'portal/a.yaml', content: 'a: 1' },
      ]);

      const tree = await reader.readTree(`${server.url}/acme/portal/src/branch/main/docs`);

      expect(tree.etag).to.equal('abc');
      expect((await tree.files()).map(({ path }) => path)).to.deep.equal(['index.md']);
    });
  });

  describe('for Gerrit', () => {
    let reader: ReturnType<typeof createReader>;
    const api = (value: object) => `)]}'\n${JSON.stringify(value)}`;

    beforeEach(() => {
      reader = createReader({
        gerrit: [
          { host: 'gerrit.example', baseUrl: server.url, gitilesBaseUrl: `${server.url}/gitiles` },
        ],
      });
      answers['/projects/acme%2Fportal/branches/main'] = api({ revision: 'abc' });
    });

    it('reads a file', async () => {
      answers['/projects/acme%2Fportal/branches/main/files/a.yaml/content'] = base64('a: 1');

      const url = `${server.url}/gitiles/acme/portal/+/refs/heads/main/a.yaml`;

      expect(await textOf((await reader.readUrl(url)).buffer)).to.equal('a: 1');
    });

    it('reads a tree, and knows when it has not changed', async () => {
      answers['/gitiles/acme/portal/+archive/refs/heads/main/docs.tar.gz'] = tarGz([
        { path: 'index.md', content: '# docs' },
      ]);
      const url = `${server.url}/gitiles/acme/portal/+/refs/heads/main/docs`;

      const tree = await reader.readTree(url);

      expect(tree.etag).to.equal('abc');
      expect((await tree.files()).map(({ path }) => path)).to.deep.equal(['index.md']);
      await expect(
        reader.readTree(url, { etag: 'abc' }),
      ).to.be.rejected.and.eventually.have.property('name', 'NotModifiedError');
    });

    it('searches by a pattern', async () => {
      answers['/gitiles/acme/portal/+/refs/heads/main/?format=JSON&recursive'] = api({
        entries: [
          { type: 'blob', name: 'a/b.yaml' },
          { type: 'blob', name: 'c.md' },
        ],
      });
      answers['/projects/acme%2Fportal/branches/main/files/a%2Fb.yaml/content'] = base64('b: 1');

      const { files } = await reader.search(
        `${server.url}/gitiles/acme/portal/+/refs/heads/main/**/*.yaml`,
      );

      expect(files.map(({ url }) => url)).to.deep.equal([
        `${server.url}/gitiles/acme/portal/+/refs/heads/main/a/b.yaml`,
      ]);
      expect(await textOf(files[0].content)).to.equal('b: 1');
    });
  });

  describe('for Azure DevOps', () => {
    it('reads a file, a tree and a search', async () => {
      const reader = createReader({
        azure: [{ host: server.host, credentials: [{ personalAccessToken: 'pat' }] }],
      });
      const repository = `${server.url}/acme/project/_git/portal`;
      const api = '/acme/project/_apis/git/repositories/portal';
      answers[`${api}/items?api-version=6.0&path=%2Fa.yaml`] = 'a: 1';
      answers[`${api}/commits?api-version=6.0`] = { value: [{ commitId: 'abc' }] };
      answers[`${api}/items?recursionLevel=full&download=true&api-version=6.0`] = zip([
        { path: 'docs/index.md', content: '# docs' },
        { path: 'a.yaml', content: 'a: 1' },
      ]);

      const file = await reader.readUrl(`${repository}?path=%2Fa.yaml`);
      const tree = await reader.readTree(repository);
      const found = await reader.search(`${repository}?path=%2F**%2F*.md`);

      expect(await textOf(file.buffer)).to.equal('a: 1');
      expect(tree.etag).to.equal('abc');
      expect((await tree.files()).map(({ path }) => path)).to.deep.equal([
        'docs/index.md',
        'a.yaml',
      ]);
      expect(found.files.map(({ url }) => new URL(url).searchParams.get('path'))).to.deep.equal([
        '/docs/index.md',
      ]);
      expect(server.requests[0].headers.authorization).to.equal(`Basic ${base64(':pat')}`);
    });
  });

  describe('for Harness', () => {
    const repository = 'ng/account/acc/module/code/orgs/acme/projects/portal/repos/app';
    const api = '/gateway/code/api/v1/repos/acc/acme/portal/app/+';
    const realFetch = globalThis.fetch;
    let page: string;
    let reader: ReturnType<typeof createReader>;

    beforeEach(() => {
      // It is always asked by https; its requests go to the local server here.
      globalThis.fetch = (input, init) =>
        realFetch(String(input).replace('https://harness.example', server.url), init);
      page = `https://harness.example/${repository}/files`;
      reader = createReader({ harness: [{ host: 'harness.example', apiKey: 'key' }] });
      answers[`${api}/raw/docs/a.yaml?routingId=acc&git_ref=refs/heads/main`] = (req, res) =>
        req.headers['if-none-match'] === '"v1"'
          ? res.writeHead(304).end()
          : res.setHeader('etag', '"v1"').end('a: 1');
      answers[`${api}/content?routingId=acc&include_commit=true&git_ref=refs/heads/main`] = {
        type: 'dir',
        latest_commit: { sha: 'abc' },
      };
      answers[`${api}/archive/main.zip?routingId=acc`] = zip([
        { path: 'docs/index.md', content: '# docs' },
        { path: 'a.yaml', content: 'a: 1' },
      ]);
    });

    afterEach(() => {
      globalThis.fetch = realFetch;
    });

    it('reads a file, and knows when it has not changed', async () => {
      const response = await reader.readUrl(`${page}/main/~/docs/a.yaml`);

      expect(await textOf(response.buffer)).to.equal('a: 1');
      expect(response.etag).to.equal('"v1"');
      expect(server.requests[0].headers['x-api-key']).to.equal('key');
      await expect(
        reader.readUrl(`${page}/main/~/docs/a.yaml`, { etag: '"v1"' }),
      ).to.be.rejected.and.eventually.have.property('name', 'NotModifiedError');
    });

    it('sends a token where there is no key', async () => {
      reader = createReader({ harness: [{ host: 'harness.example', token: 'tok' }] });
      await reader.readUrl(`${page}/main/~/docs/a.yaml`);
      expect(server.requests[0].headers.authorization).to.equal('Bearer tok');
    });

    it('reads a tree or a folder of it, and knows when it has not changed', async () => {
      const tree = await reader.readTree(`${page}/main`);
      const docs = await reader.readTree(`${page}/main/~/docs`);

      expect(tree.etag).to.equal('abc');
      expect((await tree.files()).map(({ path }) => path)).to.deep.equal([
        'docs/index.md',
        'a.yaml',
      ]);
      expect((await docs.files()).map(({ path }) => path)).to.deep.equal(['index.md']);
      await expect(
        reader.readTree(`${page}/main`, { etag: 'abc' }),
      ).to.be.rejected.and.eventually.have.property('name', 'NotModifiedError');
    });

    it('finds a single file, or nothing, and searches for no patterns', async () => {
      const { files } = await reader.search(`${page}/main/~/docs/a.yaml`);

      expect(await Promise.all(files.map(({ content }) => textOf(content)))).to.deep.equal([
        'a: 1',
      ]);
      expect(await reader.search(`${page}/main/~/none`)).to.deep.equal({ files: [], etag: '' });
      await expect(reader.search(`${page}/main/~/*.yaml`)).to.be.rejectedWith(
        'Unsupported search pattern URL',
      );
    });

    it('says which tree could not be read', async () => {
      await expect(reader.readTree(`${page}/other`))
        .to.be.rejectedWith(
          /^Failed to retrieve latest commit .*refs\/heads\/other, 404 Not Found$/,
        )
        .and.eventually.have.property('name', 'NotFoundError');
    });
  });

  it('asks the readers of your factories first', async () => {
    const mine: any = { readUrl: async () => ({ buffer: async () => Buffer.from('mine') }) };
    const reader = UrlReaders.default({
      config: new ConfigReader({}),
      logger,
      factories: [() => [{ reader: mine, predicate: url => url.host === 'github.com' }]],
    });

    const response = await reader.readUrl('https://github.com/a/b/blob/main/c');

    expect(await textOf(response.buffer)).to.equal('mine');
  });

  it('refuses hosts that are not configured', async () => {
    await expect(createReader({}).readUrl('https://example.com/a'))
      .to.be.rejectedWith(
        "Reading from 'https://example.com/a' is not allowed. You may need to configure an integration for the target host, or add it to the configured list of allowed hosts at 'backend.reading.allow'",
      )
      .and.eventually.have.property('name', 'NotAllowedError');
    expect(asked()).to.deep.equal([]);
  });
});
