export {
  overridePackagePathResolution,
  type OverridePackagePathResolutionOptions,
  type PackagePathResolutionOverride,
} from 'backstage-forklift/testing';
