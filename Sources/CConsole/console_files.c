#include "console_files.h"

/* The compiler reads the files in and keeps track of them, so that a change of one builds the program anew. A file that is
   added to the folder is added here; a test finds one that is missing. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char icon_svg[] = {
#embed "icon.svg"
};
static const unsigned char index_html[] = {
#embed "index.html"
};
static const unsigned char scripts_administration_auditView_js[] = {
#embed "scripts/administration/auditView.js"
};
static const unsigned char scripts_administration_devicesView_js[] = {
#embed "scripts/administration/devicesView.js"
};
static const unsigned char scripts_administration_form_js[] = {
#embed "scripts/administration/form.js"
};
static const unsigned char scripts_administration_register_js[] = {
#embed "scripts/administration/register.js"
};
static const unsigned char scripts_administration_settings_fields_js[] = {
#embed "scripts/administration/settings/fields.js"
};
static const unsigned char scripts_administration_settings_hospitalForm_js[] = {
#embed "scripts/administration/settings/hospitalForm.js"
};
static const unsigned char scripts_administration_settings_ladderTable_js[] = {
#embed "scripts/administration/settings/ladderTable.js"
};
static const unsigned char scripts_administration_settings_place_js[] = {
#embed "scripts/administration/settings/place.js"
};
static const unsigned char scripts_administration_settings_settingsForm_js[] = {
#embed "scripts/administration/settings/settingsForm.js"
};
static const unsigned char scripts_administration_settings_settingsView_js[] = {
#embed "scripts/administration/settings/settingsView.js"
};
static const unsigned char scripts_administration_tablesView_js[] = {
#embed "scripts/administration/tablesView.js"
};
static const unsigned char scripts_administration_usersView_js[] = {
#embed "scripts/administration/usersView.js"
};
static const unsigned char scripts_alarm_alarm_js[] = {
#embed "scripts/alarm/alarm.js"
};
static const unsigned char scripts_alarm_alarmSound_js[] = {
#embed "scripts/alarm/alarmSound.js"
};
static const unsigned char scripts_alarm_announcement_js[] = {
#embed "scripts/alarm/announcement.js"
};
static const unsigned char scripts_alarm_endOfWatch_js[] = {
#embed "scripts/alarm/endOfWatch.js"
};
static const unsigned char scripts_alarm_heardAlerts_js[] = {
#embed "scripts/alarm/heardAlerts.js"
};
static const unsigned char scripts_alarm_notification_js[] = {
#embed "scripts/alarm/notification.js"
};
static const unsigned char scripts_alert_actions_js[] = {
#embed "scripts/alert/actions.js"
};
static const unsigned char scripts_alert_alertView_js[] = {
#embed "scripts/alert/alertView.js"
};
static const unsigned char scripts_alert_averagedPanel_js[] = {
#embed "scripts/alert/averagedPanel.js"
};
static const unsigned char scripts_alert_criticalPanel_js[] = {
#embed "scripts/alert/criticalPanel.js"
};
static const unsigned char scripts_alert_earlierPanel_js[] = {
#embed "scripts/alert/earlierPanel.js"
};
static const unsigned char scripts_alert_episode_js[] = {
#embed "scripts/alert/episode.js"
};
static const unsigned char scripts_alert_evidence_js[] = {
#embed "scripts/alert/evidence.js"
};
static const unsigned char scripts_alert_growth_js[] = {
#embed "scripts/alert/growth.js"
};
static const unsigned char scripts_alert_history_js[] = {
#embed "scripts/alert/history.js"
};
static const unsigned char scripts_alert_leaseWatch_js[] = {
#embed "scripts/alert/leaseWatch.js"
};
static const unsigned char scripts_alert_measurements_js[] = {
#embed "scripts/alert/measurements.js"
};
static const unsigned char scripts_alert_redraw_js[] = {
#embed "scripts/alert/redraw.js"
};
static const unsigned char scripts_alert_reportPanel_js[] = {
#embed "scripts/alert/reportPanel.js"
};
static const unsigned char scripts_alert_summary_js[] = {
#embed "scripts/alert/summary.js"
};
static const unsigned char scripts_alert_templates_js[] = {
#embed "scripts/alert/templates.js"
};
static const unsigned char scripts_alert_undo_js[] = {
#embed "scripts/alert/undo.js"
};
static const unsigned char scripts_api_js[] = {
#embed "scripts/api.js"
};
static const unsigned char scripts_badge_js[] = {
#embed "scripts/badge.js"
};
static const unsigned char scripts_clinic_clinicView_js[] = {
#embed "scripts/clinic/clinicView.js"
};
static const unsigned char scripts_clock_js[] = {
#embed "scripts/clock.js"
};
static const unsigned char scripts_confirmButton_js[] = {
#embed "scripts/confirmButton.js"
};
static const unsigned char scripts_critical_criticalValuesView_js[] = {
#embed "scripts/critical/criticalValuesView.js"
};
static const unsigned char scripts_drawing_svg_js[] = {
#embed "scripts/drawing/svg.js"
};
static const unsigned char scripts_ecg_averagedBeats_js[] = {
#embed "scripts/ecg/averagedBeats.js"
};
static const unsigned char scripts_ecg_beatMarks_js[] = {
#embed "scripts/ecg/beatMarks.js"
};
static const unsigned char scripts_ecg_calipers_js[] = {
#embed "scripts/ecg/calipers.js"
};
static const unsigned char scripts_ecg_filters_js[] = {
#embed "scripts/ecg/filters.js"
};
static const unsigned char scripts_ecg_grid_js[] = {
#embed "scripts/ecg/grid.js"
};
static const unsigned char scripts_ecg_layout_js[] = {
#embed "scripts/ecg/layout.js"
};
static const unsigned char scripts_ecg_legend_js[] = {
#embed "scripts/ecg/legend.js"
};
static const unsigned char scripts_ecg_levels_js[] = {
#embed "scripts/ecg/levels.js"
};
static const unsigned char scripts_ecg_paper_js[] = {
#embed "scripts/ecg/paper.js"
};
static const unsigned char scripts_ecg_paperControls_js[] = {
#embed "scripts/ecg/paperControls.js"
};
static const unsigned char scripts_ecg_printedPage_js[] = {
#embed "scripts/ecg/printedPage.js"
};
static const unsigned char scripts_ecg_rowMarks_js[] = {
#embed "scripts/ecg/rowMarks.js"
};
static const unsigned char scripts_ecg_trace_js[] = {
#embed "scripts/ecg/trace.js"
};
static const unsigned char scripts_ecg_traceLayer_js[] = {
#embed "scripts/ecg/traceLayer.js"
};
static const unsigned char scripts_ecg_traceTiles_js[] = {
#embed "scripts/ecg/traceTiles.js"
};
static const unsigned char scripts_ecg_waveform_js[] = {
#embed "scripts/ecg/waveform.js"
};
static const unsigned char scripts_element_js[] = {
#embed "scripts/element.js"
};
static const unsigned char scripts_figures_figuresView_js[] = {
#embed "scripts/figures/figuresView.js"
};
static const unsigned char scripts_figures_format_js[] = {
#embed "scripts/figures/format.js"
};
static const unsigned char scripts_figures_monthPlot_js[] = {
#embed "scripts/figures/monthPlot.js"
};
static const unsigned char scripts_figures_ruleTable_js[] = {
#embed "scripts/figures/ruleTable.js"
};
static const unsigned char scripts_frame_js[] = {
#embed "scripts/frame.js"
};
static const unsigned char scripts_ladderBanner_js[] = {
#embed "scripts/ladderBanner.js"
};
static const unsigned char scripts_language_deliveryProblems_js[] = {
#embed "scripts/language/deliveryProblems.js"
};
static const unsigned char scripts_language_en_js[] = {
#embed "scripts/language/en.js"
};
static const unsigned char scripts_language_findings_js[] = {
#embed "scripts/language/findings.js"
};
static const unsigned char scripts_language_language_js[] = {
#embed "scripts/language/language.js"
};
static const unsigned char scripts_language_machine_js[] = {
#embed "scripts/language/machine.js"
};
static const unsigned char scripts_language_zh_js[] = {
#embed "scripts/language/zh.js"
};
static const unsigned char scripts_limits_js[] = {
#embed "scripts/limits.js"
};
static const unsigned char scripts_live_alertQueue_js[] = {
#embed "scripts/live/alertQueue.js"
};
static const unsigned char scripts_live_alertState_js[] = {
#embed "scripts/live/alertState.js"
};
static const unsigned char scripts_live_answerOrder_js[] = {
#embed "scripts/live/answerOrder.js"
};
static const unsigned char scripts_live_criticalValues_js[] = {
#embed "scripts/live/criticalValues.js"
};
static const unsigned char scripts_live_eventStream_js[] = {
#embed "scripts/live/eventStream.js"
};
static const unsigned char scripts_live_ladder_js[] = {
#embed "scripts/live/ladder.js"
};
static const unsigned char scripts_live_openAlerts_js[] = {
#embed "scripts/live/openAlerts.js"
};
static const unsigned char scripts_live_reasonToLook_js[] = {
#embed "scripts/live/reasonToLook.js"
};
static const unsigned char scripts_live_rereading_js[] = {
#embed "scripts/live/rereading.js"
};
static const unsigned char scripts_live_sharedLine_js[] = {
#embed "scripts/live/sharedLine.js"
};
static const unsigned char scripts_login_loginView_js[] = {
#embed "scripts/login/loginView.js"
};
static const unsigned char scripts_main_js[] = {
#embed "scripts/main.js"
};
static const unsigned char scripts_navigation_js[] = {
#embed "scripts/navigation.js"
};
static const unsigned char scripts_network_map_js[] = {
#embed "scripts/network/map.js"
};
static const unsigned char scripts_network_mapLabels_js[] = {
#embed "scripts/network/mapLabels.js"
};
static const unsigned char scripts_network_networkView_js[] = {
#embed "scripts/network/networkView.js"
};
static const unsigned char scripts_newest_js[] = {
#embed "scripts/newest.js"
};
static const unsigned char scripts_patient_js[] = {
#embed "scripts/patient.js"
};
static const unsigned char scripts_router_js[] = {
#embed "scripts/router.js"
};
static const unsigned char scripts_session_js[] = {
#embed "scripts/session.js"
};
static const unsigned char scripts_sessionEnd_js[] = {
#embed "scripts/sessionEnd.js"
};
static const unsigned char scripts_settings_js[] = {
#embed "scripts/settings.js"
};
static const unsigned char scripts_timeNode_js[] = {
#embed "scripts/timeNode.js"
};
static const unsigned char scripts_worklist_worklistView_js[] = {
#embed "scripts/worklist/worklistView.js"
};
static const unsigned char styles_alert_css[] = {
#embed "styles/alert.css"
};
static const unsigned char styles_base_css[] = {
#embed "styles/base.css"
};
static const unsigned char styles_clinic_css[] = {
#embed "styles/clinic.css"
};
static const unsigned char styles_critical_css[] = {
#embed "styles/critical.css"
};
static const unsigned char styles_frame_css[] = {
#embed "styles/frame.css"
};
static const unsigned char styles_ladder_css[] = {
#embed "styles/ladder.css"
};
static const unsigned char styles_pages_css[] = {
#embed "styles/pages.css"
};
static const unsigned char styles_paper_css[] = {
#embed "styles/paper.css"
};
static const unsigned char styles_print_css[] = {
#embed "styles/print.css"
};
static const unsigned char styles_worklist_css[] = {
#embed "styles/worklist.css"
};

#define ENTRY(path, name) {path, name, sizeof name}

static const console_file files[] = {
    ENTRY("icon.svg", icon_svg),
    ENTRY("index.html", index_html),
    ENTRY("scripts/administration/auditView.js", scripts_administration_auditView_js),
    ENTRY("scripts/administration/devicesView.js", scripts_administration_devicesView_js),
    ENTRY("scripts/administration/form.js", scripts_administration_form_js),
    ENTRY("scripts/administration/register.js", scripts_administration_register_js),
    ENTRY("scripts/administration/settings/fields.js", scripts_administration_settings_fields_js),
    ENTRY("scripts/administration/settings/hospitalForm.js", scripts_administration_settings_hospitalForm_js),
    ENTRY("scripts/administration/settings/ladderTable.js", scripts_administration_settings_ladderTable_js),
    ENTRY("scripts/administration/settings/place.js", scripts_administration_settings_place_js),
    ENTRY("scripts/administration/settings/settingsForm.js", scripts_administration_settings_settingsForm_js),
    ENTRY("scripts/administration/settings/settingsView.js", scripts_administration_settings_settingsView_js),
    ENTRY("scripts/administration/tablesView.js", scripts_administration_tablesView_js),
    ENTRY("scripts/administration/usersView.js", scripts_administration_usersView_js),
    ENTRY("scripts/alarm/alarm.js", scripts_alarm_alarm_js),
    ENTRY("scripts/alarm/alarmSound.js", scripts_alarm_alarmSound_js),
    ENTRY("scripts/alarm/announcement.js", scripts_alarm_announcement_js),
    ENTRY("scripts/alarm/endOfWatch.js", scripts_alarm_endOfWatch_js),
    ENTRY("scripts/alarm/heardAlerts.js", scripts_alarm_heardAlerts_js),
    ENTRY("scripts/alarm/notification.js", scripts_alarm_notification_js),
    ENTRY("scripts/alert/actions.js", scripts_alert_actions_js),
    ENTRY("scripts/alert/alertView.js", scripts_alert_alertView_js),
    ENTRY("scripts/alert/averagedPanel.js", scripts_alert_averagedPanel_js),
    ENTRY("scripts/alert/criticalPanel.js", scripts_alert_criticalPanel_js),
    ENTRY("scripts/alert/earlierPanel.js", scripts_alert_earlierPanel_js),
    ENTRY("scripts/alert/episode.js", scripts_alert_episode_js),
    ENTRY("scripts/alert/evidence.js", scripts_alert_evidence_js),
    ENTRY("scripts/alert/growth.js", scripts_alert_growth_js),
    ENTRY("scripts/alert/history.js", scripts_alert_history_js),
    ENTRY("scripts/alert/leaseWatch.js", scripts_alert_leaseWatch_js),
    ENTRY("scripts/alert/measurements.js", scripts_alert_measurements_js),
    ENTRY("scripts/alert/redraw.js", scripts_alert_redraw_js),
    ENTRY("scripts/alert/reportPanel.js", scripts_alert_reportPanel_js),
    ENTRY("scripts/alert/summary.js", scripts_alert_summary_js),
    ENTRY("scripts/alert/templates.js", scripts_alert_templates_js),
    ENTRY("scripts/alert/undo.js", scripts_alert_undo_js),
    ENTRY("scripts/api.js", scripts_api_js),
    ENTRY("scripts/badge.js", scripts_badge_js),
    ENTRY("scripts/clinic/clinicView.js", scripts_clinic_clinicView_js),
    ENTRY("scripts/clock.js", scripts_clock_js),
    ENTRY("scripts/confirmButton.js", scripts_confirmButton_js),
    ENTRY("scripts/critical/criticalValuesView.js", scripts_critical_criticalValuesView_js),
    ENTRY("scripts/drawing/svg.js", scripts_drawing_svg_js),
    ENTRY("scripts/ecg/averagedBeats.js", scripts_ecg_averagedBeats_js),
    ENTRY("scripts/ecg/beatMarks.js", scripts_ecg_beatMarks_js),
    ENTRY("scripts/ecg/calipers.js", scripts_ecg_calipers_js),
    ENTRY("scripts/ecg/filters.js", scripts_ecg_filters_js),
    ENTRY("scripts/ecg/grid.js", scripts_ecg_grid_js),
    ENTRY("scripts/ecg/layout.js", scripts_ecg_layout_js),
    ENTRY("scripts/ecg/legend.js", scripts_ecg_legend_js),
    ENTRY("scripts/ecg/levels.js", scripts_ecg_levels_js),
    ENTRY("scripts/ecg/paper.js", scripts_ecg_paper_js),
    ENTRY("scripts/ecg/paperControls.js", scripts_ecg_paperControls_js),
    ENTRY("scripts/ecg/printedPage.js", scripts_ecg_printedPage_js),
    ENTRY("scripts/ecg/rowMarks.js", scripts_ecg_rowMarks_js),
    ENTRY("scripts/ecg/trace.js", scripts_ecg_trace_js),
    ENTRY("scripts/ecg/traceLayer.js", scripts_ecg_traceLayer_js),
    ENTRY("scripts/ecg/traceTiles.js", scripts_ecg_traceTiles_js),
    ENTRY("scripts/ecg/waveform.js", scripts_ecg_waveform_js),
    ENTRY("scripts/element.js", scripts_element_js),
    ENTRY("scripts/figures/figuresView.js", scripts_figures_figuresView_js),
    ENTRY("scripts/figures/format.js", scripts_figures_format_js),
    ENTRY("scripts/figures/monthPlot.js", scripts_figures_monthPlot_js),
    ENTRY("scripts/figures/ruleTable.js", scripts_figures_ruleTable_js),
    ENTRY("scripts/frame.js", scripts_frame_js),
    ENTRY("scripts/ladderBanner.js", scripts_ladderBanner_js),
    ENTRY("scripts/language/deliveryProblems.js", scripts_language_deliveryProblems_js),
    ENTRY("scripts/language/en.js", scripts_language_en_js),
    ENTRY("scripts/language/findings.js", scripts_language_findings_js),
    ENTRY("scripts/language/language.js", scripts_language_language_js),
    ENTRY("scripts/language/machine.js", scripts_language_machine_js),
    ENTRY("scripts/language/zh.js", scripts_language_zh_js),
    ENTRY("scripts/limits.js", scripts_limits_js),
    ENTRY("scripts/live/alertQueue.js", scripts_live_alertQueue_js),
    ENTRY("scripts/live/alertState.js", scripts_live_alertState_js),
    ENTRY("scripts/live/answerOrder.js", scripts_live_answerOrder_js),
    ENTRY("scripts/live/criticalValues.js", scripts_live_criticalValues_js),
    ENTRY("scripts/live/eventStream.js", scripts_live_eventStream_js),
    ENTRY("scripts/live/ladder.js", scripts_live_ladder_js),
    ENTRY("scripts/live/openAlerts.js", scripts_live_openAlerts_js),
    ENTRY("scripts/live/reasonToLook.js", scripts_live_reasonToLook_js),
    ENTRY("scripts/live/rereading.js", scripts_live_rereading_js),
    ENTRY("scripts/live/sharedLine.js", scripts_live_sharedLine_js),
    ENTRY("scripts/login/loginView.js", scripts_login_loginView_js),
    ENTRY("scripts/main.js", scripts_main_js),
    ENTRY("scripts/navigation.js", scripts_navigation_js),
    ENTRY("scripts/network/map.js", scripts_network_map_js),
    ENTRY("scripts/network/mapLabels.js", scripts_network_mapLabels_js),
    ENTRY("scripts/network/networkView.js", scripts_network_networkView_js),
    ENTRY("scripts/newest.js", scripts_newest_js),
    ENTRY("scripts/patient.js", scripts_patient_js),
    ENTRY("scripts/router.js", scripts_router_js),
    ENTRY("scripts/session.js", scripts_session_js),
    ENTRY("scripts/sessionEnd.js", scripts_sessionEnd_js),
    ENTRY("scripts/settings.js", scripts_settings_js),
    ENTRY("scripts/timeNode.js", scripts_timeNode_js),
    ENTRY("scripts/worklist/worklistView.js", scripts_worklist_worklistView_js),
    ENTRY("styles/alert.css", styles_alert_css),
    ENTRY("styles/base.css", styles_base_css),
    ENTRY("styles/clinic.css", styles_clinic_css),
    ENTRY("styles/critical.css", styles_critical_css),
    ENTRY("styles/frame.css", styles_frame_css),
    ENTRY("styles/ladder.css", styles_ladder_css),
    ENTRY("styles/pages.css", styles_pages_css),
    ENTRY("styles/paper.css", styles_paper_css),
    ENTRY("styles/print.css", styles_print_css),
    ENTRY("styles/worklist.css", styles_worklist_css),
};

const console_file *console_file_at(size_t number) {
    return number < sizeof files / sizeof files[0] ? &files[number] : NULL;
}
