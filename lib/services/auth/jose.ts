/** jose, loaded by the first token. `import()` would load a second copy beside that of most plugins. */
export function jose(): typeof import('jose') {
  return require('jose');
}
