import { coreServices, createServiceFactory } from '../../api';
import { CachedUserInfoService, type UserInfoCache } from './cached-user-info-service';
import { DefaultUserInfoService } from './default-user-info-service';

/** Looks up users by their tokens. */
export const userInfoServiceFactory = createServiceFactory({
  service: coreServices.userInfo,
  deps: { discovery: coreServices.discovery },
  createRootContext: (): UserInfoCache => new Map(),
  factory: ({ discovery }, cache) =>
    new CachedUserInfoService(new DefaultUserInfoService({ discovery }), cache),
});
