/** Where createBackend comes from. */
export const DEV_BACKEND = {
  forklift: 'backstage-forklift',
  backstage: '@backstage/backend-defaults',
} as const;

/** Where startTestBackend and the mocks come from. */
export const TEST_UTILITIES = {
  forklift: 'backstage-forklift/testing',
  backstage: '@backstage/backend-test-utils',
} as const;
