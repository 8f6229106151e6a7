exports.overridePackagePathResolution =
  require('backstage-forklift/testing').overridePackagePathResolution;
