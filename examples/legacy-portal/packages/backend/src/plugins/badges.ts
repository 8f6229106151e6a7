import { createDefaultBadgeFactories, createRouter } from '@backstage/plugin-badges-backend';
import { Router } from 'express';
import { PluginEnvironment } from '../types';

export default async function createPlugin({
  logger,
  config,
  discovery,
  identity,
  tokenManager,
}: PluginEnvironment): Promise<Router> {
  return await createRouter({
    logger,
    config,
    discovery,
    identity,
    tokenManager,
    badgeFactories: createDefaultBadgeFactories(),
  });
}
