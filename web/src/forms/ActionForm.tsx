import { useState, type ReactNode, type SubmitEvent } from 'react';
import type { UserError } from '../api/graphql';
import './forms.css';

interface ActionFormProps {
  /** What the button says. */
  action: string;
  /** The names of the form's fields: problems of others are told above the button. */
  fields: readonly string[];
  /** Gets the text of a field by its name; returns the validation errors, none on success. */
  act: (text: (name: string) => string) => Promise<UserError[]>;
  children: (problems: UserError[]) => ReactNode;
}

/** A form that calls the server, and shows validation errors at its fields. */
export function ActionForm({ action, fields, act, children }: ActionFormProps) {
  const [problems, setProblems] = useState<UserError[]>([]);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    setBusy(true);
    try {
      setProblems(await act(text));
    } catch (error) {
      setProblems([{ message: error instanceof Error ? error.message : String(error), path: [] }]);
    } finally {
      setBusy(false);
    }
  };
  const general = problems.filter(({ path }) => !fields.includes(path.at(-1) ?? ''));
  return (
    <form className="action" onSubmit={(event) => void submit(event)}>
      {children(problems)}
      <div role="alert">
        {general.map(({ message }) => (
          <p className="problem" key={message}>
            {message}
          </p>
        ))}
      </div>
      <button className="main" disabled={busy}>
        {action}
      </button>
    </form>
  );
}
