/**
 * Anything that can be given to `backend.add(...)`: a plugin, a module, a service factory or a
 * feature loader. Opaque: recognised by `$$type`, never by `instanceof`.
 */
export interface BackendFeature {
  $$type: '@backstage/BackendFeature';
}
