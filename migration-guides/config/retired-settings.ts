/** Settings that a person has to rewrite, and what there is instead. */
export const RETIRED_SETTINGS: readonly {
  readonly path: readonly string[];
  readonly instead: string;
}[] = [
  {
    path: ['integrations', 'bitbucket'],
    instead:
      'integrations.bitbucketCloud for bitbucket.org, integrations.bitbucketServer otherwise',
  },
  { path: ['techdocs', 'generators', 'techdocs'], instead: 'techdocs.generator.runIn' },
  { path: ['techdocs', 'requestUrl'], instead: 'nothing: the address is found by itself' },
  { path: ['techdocs', 'storageUrl'], instead: 'nothing: the address is found by itself' },
  { path: ['backend', 'cache', 'useRedisSets'], instead: 'backend.cache.redis.client' },
];
