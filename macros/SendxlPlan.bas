Attribute VB_Name = "SendxlPlan"
Option Explicit
' Whether a plan is open: without one, buttons that need it are grey. ThisWorkbook calls LookForPlan when that may have changed.

Private Const STAMPS As String = "Stamps"
Private Const SETTINGS As String = "Settings"
Private ribbon As IRibbonUI
Private isOpen As Boolean
Private isWatched As Boolean

Public Sub OnRibbonLoad(loaded As IRibbonUI)
    Set ribbon = loaded
    LookForPlan
    On Error GoTo Unwatched
    ThisWorkbook.Watch
    isWatched = True
Unwatched:
End Sub

' No button is grey where Excel does not tell which workbook is opened or closed.
Public Sub IsEnabled(control As IRibbonControl, ByRef enabled As Variant)
    enabled = isOpen Or Not isWatched
End Sub

Public Sub LookForPlan()
    Dim found As Boolean
    On Error GoTo Unknown
    found = Not OpenPlan() Is Nothing
Unknown:
    If found = isOpen Then Exit Sub
    isOpen = found
    If Not ribbon Is Nothing Then ribbon.Invalidate
End Sub

' The plan that is in front, else one that is open, else Nothing.
Public Function OpenPlan() As Workbook
    Dim book As Workbook
    If ActiveWorkbook Is Nothing Then Exit Function
    If IsPlan(ActiveWorkbook) Then
        Set OpenPlan = ActiveWorkbook
        Exit Function
    End If
    For Each book In Workbooks
        If IsPlan(book) Then
            Set OpenPlan = book
            Exit Function
        End If
    Next book
End Function

Private Function IsPlan(book As Workbook) As Boolean
    IsPlan = HasTable(book, STAMPS) And HasTable(book, SETTINGS)
End Function

Private Function HasTable(book As Workbook, name As String) As Boolean
    Dim sheet As Worksheet, table As ListObject
    For Each sheet In book.Worksheets
        For Each table In sheet.ListObjects
            If table.Name = name Then HasTable = True
        Next table
    Next sheet
End Function
