Attribute VB_Name = "SendxlRibbon"
Option Explicit
' What the buttons of the tab "Delivery plan" call (ribbon.xml). The work is in SendxlMacros.

Public Sub OnRefresh(control As IRibbonControl)
    SendxlRefresh
End Sub

Public Sub OnShowRow(control As IRibbonControl)
    SendxlShowRow
End Sub

Public Sub OnHistory(control As IRibbonControl)
    SendxlHistory
End Sub

Public Sub OnBoardReport(control As IRibbonControl)
    SendxlBoardReport
End Sub

Public Sub OnUpgrade(control As IRibbonControl)
    SendxlUpgrade
End Sub

Public Sub OnHelp(control As IRibbonControl)
    SendxlHelp
End Sub

Public Sub OnNewPlan(control As IRibbonControl)
    SendxlNewPlan
End Sub

Public Sub OnIssue(control As IRibbonControl)
    SendxlIssue
End Sub

Public Sub OnValidate(control As IRibbonControl)
    SendxlValidate
End Sub

Public Sub OnPreview(control As IRibbonControl)
    SendxlPreview
End Sub

Public Sub OnStamp(control As IRibbonControl)
    SendxlStamp
End Sub

Public Sub OnSettle(control As IRibbonControl)
    SendxlSettle
End Sub

Public Sub OnUndo(control As IRibbonControl)
    SendxlUndo
End Sub

Public Sub OnDoctor(control As IRibbonControl)
    SendxlDoctor
End Sub

Public Sub OnChase(control As IRibbonControl)
    SendxlChase
End Sub
