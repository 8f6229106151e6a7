import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The rooms, and what each may import of ours (beside itself). Everything else of ours is forbidden.
 */
const ROOMS = {
  'lib/api': [],
  'lib/wiring': ['lib/api'],
  'lib/services': ['lib/api'],
  'lib/testing': ['lib/api', 'lib/wiring', 'lib/services'],
  'lib/parity': [],
  'lib/cli': ['lib/parity', 'migration-guides'],
  'lib/index.ts': ['lib/api', 'lib/wiring', 'lib/services'],
  legacy: ['lib/api', 'lib/wiring', 'lib/services', 'adapters'],
  adapters: ['lib/api'],
  'migration-guides': [],
};
/** Every place of ours that a room may not import from. */
function forbidden(room, mayImport) {
  const allowed = [room, ...mayImport];
  const places = [...Object.keys(ROOMS), 'test', 'bench', 'examples'];
  return places.filter(place => !allowed.includes(place));
}

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      'dist/**',
      'coverage/**',
      'examples/**',
      'legacy/packages/**',
      'migration-guides/*/cases/**',
    ],
  },
  ...tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })],
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: Object.entries(ROOMS).flatMap(([room, mayImport]) =>
            forbidden(room, mayImport).map(place => ({
              target: `./${room}`,
              from: `./${place}`,
              message: `${room} may import ${['itself', ...mayImport].join(', ')} only (see CONTRIBUTING.md)`,
            })),
          ),
        },
      ],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // Generic plumbing between untyped plugins: `any` is used where `unknown` would need a cast.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends' },
      ],
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    },
  },
  {
    // Heavy packages are loaded by the function that first needs them. Not by import(): Jest, under which
    // these rooms run in users' tests, allows none in a CommonJS module.
    files: ['lib/{api,services,testing,wiring,parity}/**', 'legacy/**', 'adapters/**'],
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ImportExpression', message: 'Use require(): Jest allows no import() here' },
      ],
    },
  },
  {
    files: ['lib/cli/**', 'bench/**', '**/*.cjs'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['test/**'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off', 'no-console': 'off' },
  },
);
