/** What a path without a page shows. */
export default function NotFoundPage() {
  return (
    <main className="page">
      <h1>There is no such page</h1>
      <p>
        <a href="/">Go to the start page</a>
      </p>
    </main>
  );
}
