import sinon from 'sinon';

/** Runs a function and gives the lines that it writes to the standard output. */
export async function captureLines(run: () => unknown): Promise<string[]> {
  let output = '';
  const stub = sinon.stub(process.stdout, 'write').callsFake((chunk: any) => {
    output += chunk;
    return true;
  });
  try {
    await run();
  } finally {
    stub.restore();
  }
  return output.split('\n').slice(0, -1);
}

/** Runs a function with other environment variables; `undefined` unsets one. */
export async function withEnvironment<T>(
  variables: Record<string, string | undefined>,
  run: () => T | Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
  }
  try {
    return await run();
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
