import fs from 'node:fs';
import type {
  AuthCallback,
  GitProgressEvent,
  HttpClient,
  MergeResult,
  PushResult,
  ReadCommitResult,
} from 'isomorphic-git';
import type { LoggerService } from '../../lib/api';
import { loadOptionalPackage } from './load-optional-package';

/** @deprecated Use `isomorphic-git`. */
export type StaticAuthOptions = {
  username?: string;
  password?: string;
  /** Sent as bearer token with every request. */
  token?: string;
  logger?: LoggerService;
};

/** @deprecated Use `isomorphic-git`. */
export type AuthCallbackOptions = {
  onAuth: AuthCallback;
  logger?: LoggerService;
};

interface Author {
  name: string;
  email: string;
}

interface GitSettings {
  onAuth: AuthCallback;
  token?: string;
  logger?: LoggerService;
}

/** What commands need that talk to another machine. */
interface Remote {
  fs: typeof fs;
  http: HttpClient;
  headers: { [name in string]: string };
  onAuth: AuthCallback;
  onProgress(event: GitProgressEvent): void;
}

/**
 * The commands of git without git, by the package `isomorphic-git`, which you have to install.
 *
 * @deprecated Use `isomorphic-git`; the scaffolder has `initRepoAndPush` and the like in
 * `@backstage/plugin-scaffolder-node`.
 */
export class Git {
  readonly #logger?: LoggerService;
  readonly #onAuth: AuthCallback;
  readonly #headers: { [name in string]: string };

  /** Authenticates with credentials, or with those that a callback gives when a host asks for them. */
  static fromAuth(options: StaticAuthOptions | AuthCallbackOptions): Git {
    if ('onAuth' in options) {
      return new Git(options);
    }
    const { username, password, token, logger } = options;
    return new Git({ onAuth: () => ({ username, password }), token, logger });
  }

  private constructor({ onAuth, token, logger }: GitSettings) {
    this.#onAuth = onAuth;
    this.#logger = logger;
    this.#headers = {
      // Some hosts serve git to clients of this name only.
      'user-agent': 'git/@isomorphic-git',
      ...(token && { Authorization: `Bearer ${token}` }),
    };
  }

  async add(options: { dir: string; filepath: string }): Promise<void> {
    this.#log('Adding a file', options);
    await this.#git().add({ fs, ...options });
  }

  async addRemote(options: {
    dir: string;
    remote: string;
    url: string;
    force?: boolean;
  }): Promise<void> {
    this.#log('Adding a remote', options);
    await this.#git().addRemote({ fs, ...options });
  }

  async deleteRemote(options: { dir: string; remote: string }): Promise<void> {
    this.#log('Removing a remote', options);
    await this.#git().deleteRemote({ fs, ...options });
  }

  async checkout(options: { dir: string; ref: string }): Promise<void> {
    this.#log('Checking out', options);
    await this.#git().checkout({ fs, ...options });
  }

  async branch(options: { dir: string; ref: string }): Promise<void> {
    this.#log('Creating a branch', options);
    await this.#git().branch({ fs, ...options });
  }

  /** @returns the id of the commit */
  async commit(options: {
    dir: string;
    message: string;
    author: Author;
    committer: Author;
  }): Promise<string> {
    const { dir } = options;
    this.#log('Committing', { dir });
    return this.#git().commit({ fs, ...options });
  }

  /** @param options - `depth` is 1 unless told */
  async clone(options: {
    url: string;
    dir: string;
    ref?: string;
    depth?: number;
    noCheckout?: boolean;
  }): Promise<void> {
    await this.#transfer('clone', options, remote =>
      this.#git().clone({ ...remote, ...options, depth: options.depth ?? 1, singleBranch: true }),
    );
  }

  async currentBranch(options: { dir: string; fullName?: boolean }): Promise<string | undefined> {
    const { dir, fullName: fullname = false } = options;
    return (await this.#git().currentBranch({ fs, dir, fullname })) ?? undefined;
  }

  async fetch(options: { dir: string; remote?: string; tags?: boolean }): Promise<void> {
    const { remote: name = 'origin', tags = false, dir } = options;
    await this.#transfer('fetch', { dir, remote: name }, remote =>
      this.#git().fetch({ ...remote, dir, remote: name, tags }),
    );
  }

  async init(options: { dir: string; defaultBranch?: string }): Promise<void> {
    this.#log('Creating a repository', options);
    await this.#git().init({ fs, defaultBranch: 'master', ...options });
  }

  async merge(options: {
    dir: string;
    theirs: string;
    ours?: string;
    author: Author;
    committer: Author;
  }): Promise<MergeResult> {
    const { dir, theirs, ours } = options;
    this.#log('Merging', { dir, theirs, ours });
    return this.#git().merge({ fs, ...options });
  }

  async push(options: {
    dir: string;
    remote: string;
    remoteRef?: string;
    force?: boolean;
  }): Promise<PushResult> {
    return this.#transfer('push', options, remote => this.#git().push({ ...remote, ...options }));
  }

  async readCommit({ dir, sha }: { dir: string; sha: string }): Promise<ReadCommitResult> {
    return this.#git().readCommit({ fs, dir, oid: sha });
  }

  async remove(options: { dir: string; filepath: string }): Promise<void> {
    this.#log('Removing a file from the index', options);
    await this.#git().remove({ fs, ...options });
  }

  async resolveRef(options: { dir: string; ref: string }): Promise<string> {
    return this.#git().resolveRef({ fs, ...options });
  }

  /** The commits from a ref on, `HEAD` unless told. */
  async log({ dir, ref = 'HEAD' }: { dir: string; ref?: string }): Promise<ReadCommitResult[]> {
    return this.#git().log({ fs, dir, ref });
  }

  #git(): typeof import('isomorphic-git') {
    return loadOptionalPackage('isomorphic-git', 'Git', () => require('isomorphic-git'));
  }

  /** Talks to another machine: what that said about a failure is only in the `data` of the error. */
  async #transfer<TResult>(
    command: string,
    options: object,
    run: (remote: Remote) => Promise<TResult>,
  ): Promise<TResult> {
    this.#log(`Starting ${command}`, options);
    try {
      return await run(this.#remote());
    } catch (error) {
      this.#logger?.error(`Failed to ${command} ${describe(options)}`);
      const { message, data } = error as { message: string; data?: unknown };
      throw data ? new Error(`${message} {data=${JSON.stringify(data)}}`, { cause: error }) : error;
    }
  }

  #remote(): Remote {
    const http: HttpClient = require('isomorphic-git/http/node');
    let phase = '';
    const onProgress = (event: GitProgressEvent) => {
      if (event.phase !== phase) {
        phase = event.phase;
        this.#logger?.info(phase);
      }
    };
    return { fs, http, headers: this.#headers, onAuth: this.#onAuth, onProgress };
  }

  #log(what: string, options: object) {
    this.#logger?.info(`${what} ${describe(options)}`);
  }
}

/** For the log, without credentials that stand in URLs. */
function describe(options: object): string {
  return JSON.stringify(options).replace(/:\/\/[^/@"]*@/g, '://');
}
