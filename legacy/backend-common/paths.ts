import * as api from '../../lib/api';

/** @deprecated Import it from backstage-forklift or @backstage/backend-plugin-api. */
export const isChildPath = api.isChildPath;

/** @deprecated Import it from backstage-forklift or @backstage/backend-plugin-api. */
export const resolvePackagePath = api.resolvePackagePath;

/** @deprecated Import it from backstage-forklift or @backstage/backend-plugin-api. */
export const resolveSafeChildPath = api.resolveSafeChildPath;
