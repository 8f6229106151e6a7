import {
  startServerSubject,
  type ParitySubject,
  type ServerSubjectOptions,
} from 'backstage-forklift/parity';

/** Starts backends of this process that are stopped after each test of the suite that calls this. */
export function useSubjects(): (
  name: string,
  server: ServerSubjectOptions['server'],
) => Promise<ParitySubject> {
  const subjects: ParitySubject[] = [];
  afterEach(async () => {
    await Promise.all(subjects.splice(0).map(subject => subject.stop()));
  });
  return async (name, server) => {
    const subject = await startServerSubject({ name, server });
    subjects.push(subject);
    return subject;
  };
}
