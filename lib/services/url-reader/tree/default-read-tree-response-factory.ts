import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import type { Config } from '@backstage/config';
import type { UrlReaderServiceReadTreeResponse } from '../../../api';
import { responseToReadable } from '../response-to-readable';
import type {
  FromReadableArrayOptions,
  ReadTreeResponseFactory,
  ReadTreeResponseFactoryOptions,
} from './read-tree-response-factory';
import { ReadableArrayResponse } from './readable-array-response';
import { TarArchiveResponse } from './tar-archive-response';
import { readTreeLimits, type TreeLimits } from './tree-limits';
import { ZipArchiveResponse } from './zip-archive-response';

/** Unpacks trees in `backend.workingDirectory`, or the temporary folder of the system. */
export class DefaultReadTreeResponseFactory implements ReadTreeResponseFactory {
  readonly #workDir: string;
  readonly #limits: TreeLimits;

  private constructor(workDir: string, limits: TreeLimits) {
    this.#workDir = workDir;
    this.#limits = limits;
  }

  static create(options: { config: Config }): DefaultReadTreeResponseFactory {
    return new DefaultReadTreeResponseFactory(
      options.config.getOptionalString('backend.workingDirectory') ?? tmpdir(),
      readTreeLimits(options.config),
    );
  }

  async fromTarArchive(
    options: ReadTreeResponseFactoryOptions & { stripFirstDirectory?: boolean },
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const { stripFirstDirectory = true } = options;
    return new TarArchiveResponse(streamOf(options), {
      ...this.#archiveOptions(options),
      stripFirstDirectory,
    });
  }

  async fromZipArchive(
    options: ReadTreeResponseFactoryOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    return new ZipArchiveResponse(streamOf(options), {
      ...this.#archiveOptions(options),
      stripFirstDirectory: false,
    });
  }

  async fromReadableArray(
    options: FromReadableArrayOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    return new ReadableArrayResponse(options, { workDir: this.#workDir, limits: this.#limits });
  }

  #archiveOptions(options: ReadTreeResponseFactoryOptions) {
    const { subpath, filter } = options;
    return {
      subpath,
      filter,
      etag: etagOf(options),
      workDir: this.#workDir,
      limits: this.#limits,
    };
  }
}

function streamOf(options: ReadTreeResponseFactoryOptions): Readable {
  return 'stream' in options ? options.stream : responseToReadable(options.response);
}

function etagOf(options: ReadTreeResponseFactoryOptions): string {
  return 'stream' in options
    ? options.etag
    : options.etag || options.response.headers.get('etag') || '';
}
