import { AwsCodeCommitUrlReader } from './providers/aws-code-commit-url-reader';
import { AwsS3UrlReader } from './providers/aws-s3-url-reader';
import { AzureBlobStorageUrlReader } from './providers/azure-blob-storage-url-reader';
import { AzureUrlReader } from './providers/azure-url-reader';
import { BitbucketCloudUrlReader } from './providers/bitbucket-cloud-url-reader';
import { BitbucketServerUrlReader } from './providers/bitbucket-server-url-reader';
import { GerritUrlReader } from './providers/gerrit-url-reader';
import { GiteaUrlReader } from './providers/gitea-url-reader';
import { GithubUrlReader } from './providers/github-url-reader';
import { GitlabUrlReader } from './providers/gitlab-url-reader';
import { GoogleGcsUrlReader } from './providers/google-gcs-url-reader';
import { HarnessUrlReader } from './providers/harness-url-reader';
import type { ReaderFactory } from './reader-factory';

/** The readers for what is under `integrations`, in the order in which they are asked. */
export const integrationReaderFactories: ReaderFactory[] = [
  AzureUrlReader.factory,
  BitbucketCloudUrlReader.factory,
  BitbucketServerUrlReader.factory,
  GerritUrlReader.factory,
  GithubUrlReader.factory,
  GiteaUrlReader.factory,
  GitlabUrlReader.factory,
  GoogleGcsUrlReader.factory,
  HarnessUrlReader.factory,
  AwsS3UrlReader.factory,
  AzureBlobStorageUrlReader.factory,
  AwsCodeCommitUrlReader.factory,
];
