/** Sentences that a reader begins a report with. They are the reader's words once they stand in the report. */
export const templates = {
    en: [
        { name: "STEMI: transfer for PCI", text: "ST elevation consistent with acute STEMI in leads …. Aspirin and P2Y12 inhibitor unless contraindicated; transfer for primary PCI at once, do not wait for troponin." },
        { name: "STEMI: thrombolysis", text: "ST elevation consistent with acute STEMI in leads …. PCI not reachable within 120 minutes: check contraindications for thrombolysis, call the chest-pain centre now." },
        { name: "Repeat the ECG", text: "Not diagnostic. Repeat the 12-lead ECG in 15 minutes, and at once if symptoms change; add V7–V9 and V3R–V5R if an inferior infarct is suspected." },
        { name: "Poor signal: record again", text: "The recording cannot be read: …. Check the electrodes and record again while the patient is still there." },
        { name: "No acute change", text: "No acute ischaemic change seen. Sinus rhythm …/min. Clinical judgement and troponin decide; repeat if symptoms come back." },
        { name: "Ventricular tachycardia or fibrillation", text: "Ventricular tachycardia/fibrillation. Defibrillate if the patient is unstable; begin resuscitation; call for transport now." },
        { name: "Bradycardia or block", text: "Severe bradycardia / high-degree AV block, …/min. Atropine, prepare pacing; transfer with monitoring." },
    ],
    zh: [
        { name: "STEMI：转运行 PCI", text: "…导联 ST 段抬高，符合急性 STEMI。若无禁忌，立即给予阿司匹林和 P2Y12 受体抑制剂；立即转运行直接 PCI，不要等待肌钙蛋白结果。" },
        { name: "STEMI：溶栓", text: "…导联 ST 段抬高，符合急性 STEMI。预计 120 分钟内不能行 PCI：请核对溶栓禁忌，立即联系胸痛中心。" },
        { name: "复查心电图", text: "本次心电图不能确诊。15 分钟后复查 12 导联心电图，症状变化时立即复查；疑似下壁心梗时加做 V7–V9、V3R–V5R。" },
        { name: "信号差：重新采集", text: "本次记录无法判读：……。请检查电极，趁患者在场重新采集。" },
        { name: "未见急性改变", text: "未见急性缺血改变。窦性心律，…次/分。请结合临床和肌钙蛋白；症状复发时复查。" },
        { name: "室速或室颤", text: "室性心动过速/心室颤动。血流动力学不稳定立即除颤，开始心肺复苏；立即呼叫转运。" },
        { name: "心动过缓或传导阻滞", text: "严重心动过缓/高度房室传导阻滞，…次/分。给予阿托品，准备起搏；监护下转运。" },
    ],
};
