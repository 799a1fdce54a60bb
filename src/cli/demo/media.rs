//! Uploading the picture and the video.

use super::api::Api;
use crate::cli::out::say;
use anyhow::Context as _;
use reqwest::multipart::Part;
use serde::Deserialize;
use url::Url;

const UPLOAD: &str = "mutation($input: UploadMediaInput!) { uploadMedia(input: $input) {
  media { id mimeType sizeBytes } userErrors { message code path } } }";

#[derive(Deserialize)]
struct Uploaded {
    media: Media,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Media {
    id: String,
    mime_type: String,
}

/// Takes one of the simulator's samples and uploads it; answers the medium's id.
pub async fn upload_sample(
    api: &Api,
    simulator: &Url,
    name: &str,
    mime_type: &str,
) -> anyhow::Result<String> {
    let sample = api.get(simulator.join(name)?).await?;
    anyhow::ensure!(sample.status.is_success(), "the simulator's {name} was answered {}", sample.status);
    let bytes = sample.body.len();
    let file = Part::bytes(sample.body.to_vec()).file_name(name.to_owned()).mime_str(mime_type)?;
    let uploaded: Uploaded =
        api.upload("uploadMedia", UPLOAD, file).await.with_context(|| format!("uploading {name}"))?;
    say!("  {name:<12} {}, {bytes} bytes", uploaded.media.mime_type);
    Ok(uploaded.media.id)
}
