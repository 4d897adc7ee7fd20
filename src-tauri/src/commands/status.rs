//! One's own settings, days and the answer to a countdown, and what admins set.

use std::path::{Path, PathBuf};

use agent::view_day::DayView;
use agent::{Core, DayTable};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::{AgentId, GroupId, SiteId};
use protocol::rest::{GroupRequest, SettingsRequest, SiteRequest};
use protocol::status::AgentSettings;
use tauri::{AppHandle, Manager as _, Runtime, State};

use super::check;

/// Files of the same day that lie in the folder already before another name is given up on.
const SAME_NAME: u32 = 1_000;

/// The answer to the countdown before an idle drop.
#[tauri::command]
pub async fn stay_online(core: State<'_, Core>) -> Result<(), ErrorBody> {
    core.stay_online();
    Ok(())
}

/// Sets one's own settings.
#[tauri::command]
pub async fn save_settings(
    core: State<'_, Core>,
    settings: AgentSettings,
) -> Result<(), ErrorBody> {
    core.save_settings(settings).await
}

/// A day of status changes.
#[tauri::command]
pub async fn day(
    core: State<'_, Core>,
    agent_id: Option<AgentId>,
    date: String,
) -> Result<DayView, ErrorBody> {
    check::date(&date)?;
    core.day(agent_id, &date).await
}

/// Writes a day into the folder of downloads, and answers where.
#[tauri::command]
pub async fn export_day<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, Core>,
    agent_id: Option<AgentId>,
    date: String,
) -> Result<String, ErrorBody> {
    check::date(&date)?;
    let table = core.day_table(agent_id, &date).await?;
    let folder = app.path().download_dir().or_else(|_| app.path().home_dir());
    let folder = folder.map_err(|error| not_written(&error))?;
    let written = tokio::task::spawn_blocking(move || write(&folder, &table));
    let path = written
        .await
        .map_err(|error| not_written(&error))?
        .map_err(|error| not_written(&error))?;
    Ok(path.to_string_lossy().into_owned())
}

/// Sets an agent Offline.
#[tauri::command]
pub async fn set_agent_offline(core: State<'_, Core>, agent_id: AgentId) -> Result<(), ErrorBody> {
    core.set_agent_offline(agent_id).await
}

/// Sets the workspace's name and settings.
#[tauri::command]
pub async fn save_workspace(
    core: State<'_, Core>,
    settings: SettingsRequest,
) -> Result<(), ErrorBody> {
    core.save_workspace(settings).await
}

/// Changes or makes a site.
#[tauri::command]
pub async fn save_site(
    core: State<'_, Core>,
    site_id: Option<SiteId>,
    site: SiteRequest,
) -> Result<(), ErrorBody> {
    core.save_site(site_id, site).await
}

/// Changes or makes a group.
#[tauri::command]
pub async fn save_group(
    core: State<'_, Core>,
    group_id: Option<GroupId>,
    group: GroupRequest,
) -> Result<(), ErrorBody> {
    core.save_group(group_id, group).await
}

/// Writes the table under a name that is free: nothing is ever overwritten.
fn write(folder: &Path, table: &DayTable) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let stem = stem(table);
    for number in 1..=SAME_NAME {
        let name = match number {
            1 => format!("{stem}.csv"),
            more => format!("{stem} ({more}).csv"),
        };
        let path = folder.join(name);
        match std::fs::File::create_new(&path) {
            Ok(mut file) => {
                std::io::Write::write_all(&mut file, table.csv.as_bytes())?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}

/// A name that every file system takes, whatever the agent is called.
fn stem(table: &DayTable) -> String {
    let kept = |character: &char| character.is_alphanumeric() || *character == ' ';
    let agent: String = table.agent.chars().filter(kept).take(60).collect();
    format!("Porchlight {} {}", table.date, agent.trim())
        .trim_end()
        .to_owned()
}

fn not_written(error: &dyn std::fmt::Display) -> ErrorBody {
    tracing::warn!(%error, "a day was not written");
    ErrorBody::new(
        ErrorCode::Internal,
        "The file could not be written. Is there room in your folder of downloads, and may you write there?",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(agent: &str, csv: &str) -> DayTable {
        DayTable {
            agent: agent.into(),
            date: "2026-11-20".into(),
            csv: csv.into(),
        }
    }

    #[test]
    fn a_second_export_lies_beside_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let first = write(folder.path(), &table("Anna", "one")).unwrap();
        let second = write(folder.path(), &table("Anna", "two")).unwrap();
        assert_eq!(first.file_name().unwrap(), "Porchlight 2026-11-20 Anna.csv");
        assert_eq!(
            second.file_name().unwrap(),
            "Porchlight 2026-11-20 Anna (2).csv"
        );
        assert_eq!(std::fs::read_to_string(first).unwrap(), "one");
        assert_eq!(std::fs::read_to_string(second).unwrap(), "two");
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert_eq!(
            stem(&table("../../etc/x:y*", "")),
            "Porchlight 2026-11-20 etcxy"
        );
        assert_eq!(
            stem(&table("Müller Yıldız", "")),
            "Porchlight 2026-11-20 Müller Yıldız"
        );
        assert_eq!(stem(&table("..", "")), "Porchlight 2026-11-20");
    }
}
