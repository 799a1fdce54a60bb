import { useState } from 'react';
import { fetchYourData } from './you';

/** All that is kept of the person, as a file. */
export function DataSection() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const save = async () => {
    setBusy(true);
    setProblem('');
    try {
      const address = URL.createObjectURL(await fetchYourData());
      const link = document.createElement('a');
      link.href = address;
      link.download = 'personal-data.zip';
      link.click();
      URL.revokeObjectURL(address);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-labelledby="data-title">
      <h2 id="data-title">Your data</h2>
      <p>Everything that is kept of you, with the files you uploaded, as a ZIP archive.</p>
      <p className="problem" role="alert">
        {problem}
      </p>
      <button type="button" disabled={busy} onClick={() => void save()}>
        Download your data
      </button>
    </section>
  );
}
