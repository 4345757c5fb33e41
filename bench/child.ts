import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A child process that answers one question at a time. */
export interface Child<Question, Answer> {
  ask(question: Question): Promise<Answer>;
  end(): Promise<void>;
}

export function startChild<Question extends object, Answer>(file: URL): Child<Question, Answer> {
  const child: ChildProcess = fork(file);
  const exited = once(child, 'exit');
  return {
    async ask(question) {
      child.send(question);
      const [answer] = await Promise.race([
        once(child, 'message'),
        exited.then(([code]) => Promise.reject(new Error(`${file.pathname} ended with ${code}`))),
      ]);
      return answer as Answer;
    },
    async end() {
      child.kill();
      await exited;
    },
  };
}

/** Runs in the child process that `startChild` has started. */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.on('message', (question) => {
    answer(question as Question).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
