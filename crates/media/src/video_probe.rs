//! Asks a video for its size and duration: by ffprobe where it is installed, else out of its own boxes.

use super::file_type::FileType;
use super::mp4;
use super::video_facts::VideoFacts;
use serde::Deserialize;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// The file holds no video that can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoVideo;

/// How long ffprobe may take: it reads headers only.
const PROBE_TIME: Duration = Duration::from_secs(10);

/// Asks ffprobe where it is installed, else reads the file's own boxes. WebM without ffprobe is taken as it is.
pub async fn read(path: &Path, file_type: FileType) -> Result<VideoFacts, NoVideo> {
    match ffprobe(path, file_type).await {
        Probe::Facts(facts) => Ok(facts),
        Probe::NoVideo => Err(NoVideo),
        Probe::Unavailable if file_type == FileType::Webm => Ok(VideoFacts::default()),
        Probe::Unavailable => {
            let path = path.to_owned();
            let read = tokio::task::spawn_blocking(move || {
                mp4::read(&mut std::io::BufReader::new(std::fs::File::open(path).ok()?))
            });
            read.await.ok().flatten().ok_or(NoVideo)
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Probe {
    Facts(VideoFacts),
    /// ffprobe has read it and found no video.
    NoVideo,
    /// Not installed, or it did not come to an end.
    Unavailable,
}

async fn ffprobe(path: &Path, file_type: FileType) -> Probe {
    // The format is named so that ffprobe takes the file for nothing else, such as a list of other files to open.
    let format = if file_type == FileType::Webm { "matroska" } else { "mov" };
    let mut command = Command::new("ffprobe");
    command
        .args(["-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file", "-f", format])
        .args(["-select_streams", "v:0", "-of", "json", "-show_entries"])
        .arg("stream=width,height:stream_side_data=rotation:format=duration")
        .arg("-i")
        .arg(path)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    match timeout(PROBE_TIME, command.output()).await {
        Ok(Ok(output)) if output.status.success() => told(&output.stdout),
        Ok(Ok(output)) if output.status.code().is_some() => Probe::NoVideo,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => Probe::Unavailable,
        Ok(outcome) => {
            tracing::warn!(?outcome, "ffprobe could not be run");
            Probe::Unavailable
        }
        Err(_elapsed) => {
            tracing::warn!("ffprobe did not come to an end");
            Probe::Unavailable
        }
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
}

#[derive(Deserialize)]
struct Stream {
    width: Option<u32>,
    height: Option<u32>,
    #[serde(default)]
    side_data_list: Vec<SideData>,
}

#[derive(Deserialize)]
struct SideData {
    /// In degrees.
    rotation: Option<f64>,
}

#[derive(Default, Deserialize)]
struct Format {
    /// In seconds, as a text.
    duration: Option<String>,
}

fn told(json: &[u8]) -> Probe {
    let Ok(told) = serde_json::from_slice::<Told>(json) else { return Probe::Unavailable };
    let Some(stream) = told.streams.into_iter().next() else { return Probe::NoVideo };
    let turned = stream.side_data_list.iter().find_map(|it| it.rotation).unwrap_or(0.0);
    let quarter = (turned.abs() % 180.0 - 90.0).abs() < 1.0;
    let (width, height) = if quarter { (stream.height, stream.width) } else { (stream.width, stream.height) };
    let seconds = told.format.duration.and_then(|text| text.parse::<f64>().ok());
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let duration_ms = duration.and_then(|it| u64::try_from(it.as_millis()).ok());
    Probe::Facts(VideoFacts { width, height, duration_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ffprobes_words_are_understood() {
        let upright =
            br#"{"programs":[],"streams":[{"width":640,"height":360}],"format":{"duration":"2.040000"}}"#;
        let facts = VideoFacts { width: Some(640), height: Some(360), duration_ms: Some(2040) };
        assert_eq!(told(upright), Probe::Facts(facts));
        let turned =
            br#"{"streams":[{"width":640,"height":360,"side_data_list":[{"rotation":-90}]}],"format":{}}"#;
        let facts = VideoFacts { width: Some(360), height: Some(640), duration_ms: None };
        assert_eq!(told(turned), Probe::Facts(facts));
        assert_eq!(told(br#"{"streams":[],"format":{"duration":"2.0"}}"#), Probe::NoVideo);
        assert_eq!(told(b"ffprobe: command failed"), Probe::Unavailable);
    }
}
