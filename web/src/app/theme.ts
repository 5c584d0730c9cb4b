import type { ThemeConfig } from "antd";

/** One blue, small radii, dense controls; the same values as base.css. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: "#1c5fd4",
    colorInfo: "#1c5fd4",
    colorText: "#1d2129",
    colorTextSecondary: "#5c6370",
    colorTextTertiary: "#6b7280",
    colorTextDescription: "#5c6370",
    colorTextPlaceholder: "#6b7280",
    colorBorder: "#cfd3da",
    colorBorderSecondary: "#e5e7eb",
    borderRadius: 4,
    controlHeight: 28,
    controlHeightSM: 24,
    fontSize: 14,
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
    motionDurationMid: "0.12s",
    motionDurationSlow: "0.16s",
  },
};
