import type { AwsS3IntegrationConfig } from '@backstage/integration';
import { urlHasDotSegments } from '../object-path';

const DEFAULT_REGION = 'us-east-1';
const AMAZON =
  /^(?:(?<bucket>[a-z0-9.-]+)\.)?s3(?:[.-](?<region>[a-z0-9-]+))?\.amazonaws\.com(?:\.cn)?$/;
const VPC_ENDPOINT =
  /^(?<bucket>[a-z0-9.-]+)\.bucket\.vpce-[a-z0-9-]+\.s3[.-](?<region>[a-z0-9-]+)\.vpce\.amazonaws\.com(?:\.cn)?$/;

/** Where an object is. */
export interface S3Location {
  bucket: string;
  path: string;
  region: string;
}

/** Finds bucket, path and region in a URL with the bucket in the host or at the start of the path. */
export function parseS3Url(url: string, config: AwsS3IntegrationConfig): S3Location {
  const { host, pathname } = new URL(url);
  if (urlHasDotSegments(url)) {
    throw new Error(`Invalid AWS S3 URL ${url}`);
  }
  const path = pathname.slice(1).split('/').map(decodeURIComponent).join('/');
  const { bucket, region = DEFAULT_REGION } = /(^|\.)amazonaws\.com(\.cn)?$/.test(config.host)
    ? parseAmazonHost(url, host, config)
    : { bucket: host.slice(0, -config.host.length - 1), region: undefined };
  if (bucket && !config.s3ForcePathStyle) {
    return { bucket, path, region };
  }
  const slash = path.indexOf('/');
  if (slash < 0) {
    throw new Error(`Invalid path-style AWS S3 URL ${url}, does not contain bucket in the path`);
  }
  return { bucket: path.slice(0, slash), path: path.slice(slash + 1), region };
}

function parseAmazonHost(url: string, host: string, config: AwsS3IntegrationConfig) {
  const vpc = VPC_ENDPOINT.exec(host)?.groups;
  if (vpc && config.s3ForcePathStyle) {
    throw new Error(
      `Invalid AWS S3 URL ${url} - path style access is not supported for VPC endpoint URLs`,
    );
  }
  const parts = vpc ?? AMAZON.exec(host)?.groups;
  if (!parts) {
    throw new Error(`Invalid AWS S3 URL ${url}`);
  }
  return { bucket: parts.bucket as string | undefined, region: parts.region as string | undefined };
}
