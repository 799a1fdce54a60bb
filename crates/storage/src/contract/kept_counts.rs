//! Counts that the database keeps.

contract! {
    trait KeptCounts = kept_counts;

    /// Makes one part of the many that a count consists of on PostgreSQL, of the counts that at most `most` parts have
    /// changed; answers how many parts it has taken. On SQLite a count has one part, and nothing is done.
    write fold(most: i64) -> i64;
}
