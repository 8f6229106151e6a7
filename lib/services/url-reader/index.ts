export { FetchUrlReader } from './fetch-url-reader';
export { AwsCodeCommitUrlReader } from './providers/aws-code-commit-url-reader';
export { AwsS3UrlReader } from './providers/aws-s3-url-reader';
export { AzureBlobStorageUrlReader } from './providers/azure-blob-storage-url-reader';
export { AzureUrlReader } from './providers/azure-url-reader';
export { BitbucketCloudUrlReader } from './providers/bitbucket-cloud-url-reader';
export { BitbucketServerUrlReader } from './providers/bitbucket-server-url-reader';
export { GerritUrlReader } from './providers/gerrit-url-reader';
export { GiteaUrlReader } from './providers/gitea-url-reader';
export { GithubUrlReader } from './providers/github-url-reader';
export { GitlabUrlReader } from './providers/gitlab-url-reader';
export { GoogleGcsUrlReader } from './providers/google-gcs-url-reader';
export { HarnessUrlReader } from './providers/harness-url-reader';
export {
  ReadUrlResponseFactory,
  type ReadUrlResponseFactoryFromStreamOptions,
} from './read-url-response-factory';
export type { ReaderFactory, UrlReaderPredicateTuple } from './reader-factory';
export type {
  FromReadableArrayOptions,
  ReadTreeResponseFactory,
  ReadTreeResponseFactoryOptions,
} from './tree/read-tree-response-factory';
export {
  urlReaderFactoriesServiceRef,
  urlReaderServiceFactory,
} from './url-reader-service-factory';
export { UrlReaders, type UrlReadersOptions } from './url-readers';
