//! `hf-hub-client MODEL FILE...`: downloads the files by hf-hub, and prints what it knows of the model as JSON.
use hf_hub::api::sync::ApiBuilder;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().ok_or("which model?")?;
    // As candle makes it: HF_ENDPOINT and HF_HOME count, all else is the default.
    let repository = ApiBuilder::from_env().with_progress(false).build()?.model(model);
    let info = repository.info()?;
    let names: Vec<_> = info.siblings.iter().map(|file| file.rfilename.clone()).collect();
    let mut paths = Vec::new();
    for name in arguments {
        paths.push(repository.get(&name)?.display().to_string());
    }
    let answers = serde_json::json!({ "sha": info.sha, "files": names, "paths": paths });
    println!("{answers}");
    Ok(())
}
