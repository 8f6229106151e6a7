import { readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import type { RequestHandler } from 'express';
import type { RootConfigService } from '../../api';
import { createRateLimitStore, type RateLimitStoreDeps } from './rate-limit-store';

const ONE_MINUTE = 60_000;
const LOOPBACK = ['127.0.0.1', '0:0:0:0:0:0:0:1', '::1'];

/** Limits requests to all plugins together by `backend.rateLimit`, or undefined when that is off. */
export function globalRateLimit(
  config: RootConfigService,
  deps: RateLimitStoreDeps,
): RequestHandler | undefined {
  const value = config.getOptional('backend.rateLimit');
  if (value === undefined || value === false) {
    return undefined;
  }
  if (value === true) {
    return rateLimit(config);
  }
  return config.getOptionalBoolean('backend.rateLimit.global') === false
    ? undefined
    : rateLimit(config, 'backend.rateLimit', createRateLimitStore(config, deps));
}

/** Limits requests to a plugin by `backend.rateLimit.plugin.<id>`, or undefined without that. */
export function pluginRateLimit(
  pluginId: string,
  config: RootConfigService,
  deps: RateLimitStoreDeps,
): RequestHandler | undefined {
  if (typeof config.getOptional('backend.rateLimit') === 'boolean') {
    return undefined;
  }
  const key = `backend.rateLimit.plugin.${pluginId}`;
  return config.has(key)
    ? rateLimit(config, key, createRateLimitStore(config, { ...deps, prefix: pluginId }))
    : undefined;
}

/** @param key - where the limits are configured; the default limits without */
function rateLimit(
  config: RootConfigService,
  key?: string,
  store?: import('express-rate-limit').Store,
): RequestHandler {
  const library = require('express-rate-limit') as typeof import('express-rate-limit');
  const limits = key === undefined ? undefined : config.getConfig(key);
  const ipAllowList = new Set(limits?.getOptionalStringArray('ipAllowList') ?? LOOPBACK);
  return library.rateLimit({
    windowMs: limits?.has('window')
      ? durationToMilliseconds(readDurationFromConfig(config, { key: `${key}.window` }))
      : ONE_MINUTE,
    limit: limits?.getOptionalNumber('incomingRequestLimit'),
    skipSuccessfulRequests: limits?.getOptionalBoolean('skipSuccessfulRequests'),
    skipFailedRequests: limits?.getOptionalBoolean('skipFailedRequests'),
    passOnStoreError: limits?.getOptionalBoolean('passOnStoreError'),
    statusCode: 429,
    message: {
      error: { name: 'Error', message: 'Too many requests, please try again later' },
      response: { statusCode: 429 },
    },
    keyGenerator(req) {
      const ip = req.ip ?? req.socket.remoteAddress;
      return ip ? library.ipKeyGenerator(ip) : '';
    },
    skip: req =>
      [req.ip, req.socket.remoteAddress].some(ip => ip !== undefined && ipAllowList.has(ip)),
    validate: { trustProxy: false },
    store,
  });
}
