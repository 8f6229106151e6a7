import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { ConfigReader } from '@backstage/config';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import { UrlReaders } from '../../../lib/services';
import { eventually } from '../eventually';
import { recordingLogger } from '../recording-logger';
import { tarGz, zip } from './archives';
import { routes, startServer, type LocalServer } from './local-server';

use(chaiAsPromised);

interface Provider {
  name: string;
  format: 'tar' | 'zip';
  integrations: (server: LocalServer) => object;
  /** The tree to read. */
  tree: (server: LocalServer) => string;
  /** Whether that is a folder of what the archive holds, so that the archive is packed anew. */
  isFolder?: true;
  /** What the API answers before the archive. */
  answers?: (server: LocalServer) => Record<string, object | string>;
  /** Where the archive is. */
  archive: string;
  /** Hosts that are fixed, or asked by https only. */
  remote?: RegExp;
}

const providers: Provider[] = [
  {
    name: 'GitHub',
    format: 'tar',
    integrations: ({ host, url }) => ({ github: [{ host, apiBaseUrl: `${url}/api/v3` }] }),
    tree: ({ url }) => `${url}/acme/portal/tree/main`,
    answers: ({ url }) => ({
      '/api/v3/repos/acme/portal/commits/main/status?per_page=0': {
        sha: 'abc',
        repository: { archive_url: `${url}/archive/{archive_format}{/ref}` },
      },
    }),
    archive: '/archive/tarball/abc',
  },
  {
    name: 'GitLab',
    format: 'tar',
    integrations: ({ host, url }) => ({
      gitlab: [{ host, apiBaseUrl: `${url}/api/v4`, baseUrl: url }],
    }),
    tree: ({ url }) => `${url}/acme/portal/-/tree/main`,
    answers: () => ({
      '/api/v4/projects/acme%2Fportal': { id: 7, default_branch: 'main' },
      '/api/v4/projects/acme%2Fportal/repository/commits?ref_name=main': [{ id: 'abc' }],
    }),
    archive: '/api/v4/projects/acme%2Fportal/repository/archive?sha=main',
  },
  {
    name: 'Bitbucket Server',
    format: 'tar',
    integrations: ({ host, url }) => ({
      bitbucketServer: [{ host, apiBaseUrl: `${url}/rest/api/1.0` }],
    }),
    tree: ({ url }) => `${url}/projects/acme/repos/portal/browse/docs?at=main`,
    isFolder: true,
    answers: () => ({
      '/rest/api/1.0/projects/acme/repos/portal/branches?filterText=main': {
        size: 1,
        values: [{ displayId: 'main', latestCommit: '0123456789abcdef' }],
      },
    }),
    archive:
      '/rest/api/1.0/projects/acme/repos/portal/archive?format=tgz&at=main&prefix=acme-portal&path=docs',
  },
  {
    name: 'Bitbucket Cloud',
    format: 'tar',
    integrations: () => ({ bitbucketCloud: [{ username: 'u', appPassword: 'p' }] }),
    tree: () => 'https://bitbucket.org/acme/portal/src/main',
    answers: () => ({
      '/2.0/repositories/acme/portal/commits/main': { values: [{ hash: '0123456789abcdef' }] },
    }),
    archive: '/acme/portal/get/main.tar.gz',
    remote: /^https:\/\/(api\.)?bitbucket\.org/,
  },
  {
    name: 'Gitea',
    format: 'tar',
    integrations: ({ host, url }) => ({ gitea: [{ host, baseUrl: url }] }),
    tree: ({ url }) => `${url}/acme/portal/src/branch/main`,
    answers: () => ({ '/api/v1/repos/acme/portal/git/commits/main': { sha: 'abc' } }),
    archive: '/api/v1/repos/acme/portal/archive/main.tar.gz',
  },
  {
    name: 'Gerrit',
    format: 'tar',
    integrations: ({ url }) => ({
      gerrit: [{ host: 'gerrit.example', baseUrl: url, gitilesBaseUrl: `${url}/gitiles` }],
    }),
    tree: ({ url }) => `${url}/gitiles/acme/portal/+/refs/heads/main/docs`,
    answers: () => ({ '/projects/acme%2Fportal/branches/main': `)]}'\n{"revision":"abc"}` }),
    archive: '/gitiles/acme/portal/+archive/refs/heads/main/docs.tar.gz',
  },
  {
    name: 'Azure DevOps',
    format: 'zip',
    integrations: ({ host }) => ({ azure: [{ host }] }),
    tree: ({ url }) => `${url}/acme/project/_git/portal`,
    answers: () => ({
      '/acme/project/_apis/git/repositories/portal/commits?api-version=6.0': {
        value: [{ commitId: 'abc' }],
      },
    }),
    archive:
      '/acme/project/_apis/git/repositories/portal/items?recursionLevel=full&download=true&api-version=6.0',
  },
  {
    name: 'Harness',
    format: 'zip',
    integrations: () => ({ harness: [{ host: 'harness.example' }] }),
    tree: () =>
      'https://harness.example/ng/account/acc/module/code/orgs/acme/projects/portal/repos/app/files/main',
    answers: () => ({
      '/gateway/code/api/v1/repos/acc/acme/portal/app/+/content?routingId=acc&include_commit=true&git_ref=refs/heads/main':
        { latest_commit: { sha: 'abc' } },
    }),
    archive: '/gateway/code/api/v1/repos/acc/acme/portal/app/+/archive/main.zip?routingId=acc',
    remote: /^https:\/\/harness\.example/,
  },
];

// What cannot be packed, so that a part of the archive is on its way when it is cut.
const content = randomBytes(100_000).toString('hex');
const archives = {
  tar: tarGz([{ path: 'portal/docs/a.md', content }]),
  zip: zip([{ path: 'docs/a.md', content }]),
};

for (const provider of providers) {
  const { name, format, integrations, tree, isFolder, answers, archive, remote } = provider;
  describe(`The archive of a tree of ${name}`, () => {
    const realFetch = globalThis.fetch;
    let server: LocalServer;
    /** The answer whose rest never comes. */
    let download: ServerResponse | undefined;
    let sendPart: boolean;

    beforeEach(async () => {
      download = undefined;
      server = await startServer((req, res) =>
        routes({
          ...answers?.(server),
          [archive]: (_, response) => {
            download = response;
            if (!sendPart) return;
            response.write(archives[format].subarray(0, 50_000));
          },
        })(req, res),
      );
      if (remote) {
        globalThis.fetch = (input, init) =>
          realFetch(String(input).replace(remote, server.url), init);
      }
    });

    afterEach(async () => {
      globalThis.fetch = realFetch;
      await server.close();
    });

    const open = (signal: AbortSignal) => {
      const reader = UrlReaders.default({
        config: new ConfigReader({ integrations: integrations(server) } as any),
        logger: recordingLogger(),
      });
      return reader.readTree(tree(server), { signal });
    };
    const read = async (signal: AbortSignal, use: 'files' | 'dir') => (await open(signal))[use]();

    it('is given up when reading is aborted before anybody uses it', async () => {
      sendPart = true;
      const controller = new AbortController();
      const answer = await open(controller.signal);
      controller.abort();
      await eventually(() => expect(download!.destroyed).to.equal(true));
      await expect(answer.files()).to.be.rejected.and.eventually.have.property(
        'name',
        'AbortError',
      );
    });

    if (!isFolder) {
      it('is given up when the archive is closed', async () => {
        sendPart = true;
        const answer = await open(new AbortController().signal);
        ((await answer.archive()) as Readable).destroy();
        await eventually(() => expect(download!.destroyed).to.equal(true));
      });
    }

    for (const [moment, part, use] of [
      ['before it begins to come', false, 'files'],
      ['while it is read', true, 'files'],
      ['while it is unpacked', true, 'dir'],
    ] as const) {
      it(`is given up when reading is aborted ${moment}`, async () => {
        sendPart = part;
        const controller = new AbortController();
        const reading = expect(
          read(controller.signal, use),
        ).to.be.rejected.and.eventually.have.property('name', 'AbortError');
        await eventually(() => expect(download).not.to.equal(undefined));
        controller.abort();
        await reading;
        await eventually(() => expect(download!.destroyed).to.equal(true));
      });
    }
  });
}
