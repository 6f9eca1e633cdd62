Attribute VB_Name = "SendxlMacros"
Option Explicit
' One macro for each button: it may ask for a folder, then hands over to Python (sendxl/addin/buttons.py), where the rest is.

Private Const HEADING As String = "Delivery plan"
Private Const LONGEST As Long = 1000 ' characters of a folder's path; Windows takes no longer command
Private Const LONGEST_REPORTS As Long = 250
Private Const ESC_IS_PYTHONS As Long = 0 ' it asks whether to stop; Excel would end the macro that waits for it
Private Const ESC_STOPS_MACROS As Long = 1

Public Sub SendxlRefresh()
    HandOver "refresh()"
End Sub

Public Sub SendxlShowRow()
    HandOver "show_row()"
End Sub

Public Sub SendxlHistory()
    HandOver "history()"
End Sub

Public Sub SendxlBoardReport()
    HandOver "board_report()"
End Sub

Public Sub SendxlUpgrade()
    HandOver "upgrade()"
End Sub

Public Sub SendxlHelp()
    HandOver "help()"
End Sub

Public Sub SendxlSettle()
    HandOver "settle()"
End Sub

Public Sub SendxlUndo()
    HandOver "undo()"
End Sub

Public Sub SendxlDoctor()
    HandOver "doctor()"
End Sub

Public Sub SendxlChase()
    HandOverFolder "chase", "New folder for the reminders"
End Sub

Public Sub SendxlNewPlan()
    HandOverFile "new_plan", "The published plan"
End Sub

Public Sub SendxlIssue()
    HandOverFolder "issue", "Folder for the new trackers"
End Sub

Public Sub SendxlValidate()
    HandOverReturns "validate"
End Sub

Public Sub SendxlPreview()
    HandOverReturns "preview"
End Sub

Public Sub SendxlStamp()
    HandOverReturns "stamp"
End Sub

Private Sub HandOverReturns(verb As String)
    If Hindered() Then Exit Sub
    AskForReports
    HandOverFolder verb, "Folder with the returned trackers"
End Sub

Private Sub HandOverFolder(verb As String, prompt As String)
    If Hindered() Then Exit Sub
    HandOverPath verb, ChosenFolder(prompt)
End Sub

Private Sub HandOverFile(verb As String, prompt As String)
    If Hindered() Then Exit Sub
    HandOverPath verb, ChosenFile(prompt)
End Sub

Private Sub HandOverPath(verb As String, path As String)
    If path = "" Then Exit Sub
    If Len(path) > LONGEST Then
        MsgBox "This path is too long. Move what it leads to nearer to the top of its drive.", vbExclamation, HEADING
        Exit Sub
    End If
    HandOver verb & "(" & Quoted(path) & ")"
End Sub

Private Sub HandOver(expression As String)
    Dim was As Variant
    If Hindered() Then Exit Sub
    was = Array(Application.Calculation, Application.EnableEvents, Application.ScreenUpdating)
    On Error GoTo Failed
    Application.EnableCancelKey = ESC_IS_PYTHONS
    Application.StatusBar = HEADING & ": working ..."
    RunPython "import sendxl.addin; " & ReportsIn() & "sendxl.addin." & expression
    PutBack was
    Exit Sub
Failed:
    MsgBox Meaning(Err.Number, Err.Description), vbExclamation, HEADING
    PutBack was
End Sub

' What Python switches off while it writes is on again, also where it was ended half way.
Private Sub PutBack(was As Variant)
    Application.EnableCancelKey = ESC_STOPS_MACROS
    #If Mac Then
        ' Python runs on by itself there; xlwings clears the status bar when it ends.
    #Else
        If Application.Calculation <> was(0) Then Application.Calculation = was(0)
        If Application.EnableEvents <> was(1) Then Application.EnableEvents = was(1)
        If Application.ScreenUpdating <> was(2) Then Application.ScreenUpdating = was(2)
        Application.StatusBar = False
    #End If
End Sub

' What it means, and what to do, where Python could not be started.
Private Function Meaning(code As Long, words As String) As String
    Select Case code
        Case 70, -2147024891
            Meaning = "This computer does not let Excel start Python. The usual reason is the rule of Microsoft Defender " & _
                """Block all Office applications from creating child processes"". Run ""sendxl doctor"" to see what to ask " & _
                "your IT support for. Until then the command line does the same."
        Case 429
            Meaning = "This computer does not let Excel use the Windows Script Host, through which it starts Python. Run " & _
                """sendxl doctor"" to see what to ask your IT support for. Until then the command line does the same."
        Case 53, 76, -2147024894
            Meaning = "Something that is needed to start Python is not where it was. Close Excel and run " & _
                """sendxl addin install""."
        Case 48, 453
            Meaning = "The add-in was made of another version of xlwings. Close Excel and run ""sendxl addin install""."
        Case Else
            Meaning = "Python could not be started. Run ""sendxl doctor""; it says what to do."
    End Select
    Meaning = Meaning & vbCrLf & vbCrLf & "(" & code & ": " & words & ")"
End Function

' Where reports go whose plan lies in no folder of this computer, such as one opened from the web: asked for once.
Private Sub AskForReports()
    Dim folder As String
    If Not IsElsewhere() Then Exit Sub
    If GetSetting(HEADING, "Reports", "Folder", "") <> "" Then Exit Sub
    folder = ChosenFolder("Folder for the reports of this plan, which lies in none of this computer")
    If folder <> "" And Len(folder) <= LONGEST_REPORTS Then SaveSetting HEADING, "Reports", "Folder", folder
End Sub

Private Function ReportsIn() As String
    Dim folder As String
    If Not IsElsewhere() Then Exit Function
    folder = GetSetting(HEADING, "Reports", "Folder", "")
    If folder <> "" Then ReportsIn = "sendxl.addin.reports_in(" & Quoted(folder) & "); "
End Function

Private Function IsElsewhere() As Boolean
    IsElsewhere = ActiveWorkbook.Path = "" Or InStr(ActiveWorkbook.FullName, "://") > 0
End Function

' A text as a Python expression of letters, digits and the plainest signs: no character of it can mean anything to Python, to
' the command line or to AppleScript, which all see it on its way.
Private Function Quoted(text As String) As String
    Dim position As Long, unit As Long, digits As String
    For position = 1 To Len(text)
        unit = AscW(Mid$(text, position, 1))
        If unit < 0 Then unit = unit + 65536
        digits = digits & Right$("000" & Hex$(unit), 4)
    Next position
    Quoted = "bytes.fromhex('" & digits & "').decode('utf-16-be')"
End Function

' True, having said why, if Python should not be started from the workbook that is open. xlwings lets a workbook, or a file
' beside it, choose the program that is run, and puts the workbook's name on a command line: a stranger's workbook must
' have neither.
Private Function Hindered() As Boolean
    Dim found As String
    If ActiveWorkbook Is Nothing Then
        found = "No workbook is open that can be worked on. Open the plan; if it is in Protected View, choose Enable Editing."
    ElseIf HasForeignSheet(ActiveWorkbook) Then
        found = "This workbook has a sheet that could make another program run (sendxl.conf, or a name ending in .py). " & _
            "If it is your plan, delete that sheet; otherwise close the workbook."
    ElseIf HasForeignFile(ActiveWorkbook) Then
        found = "There is a file sendxl.conf in the folder of this workbook, which could make another program run. " & _
            "Delete it, or move the workbook to a folder of its own."
    ElseIf HasForeignSign(ActiveWorkbook.FullName) Then
        found = "The name or the folder of this workbook has a sign in it that cannot be used here (one of " & _
            ForeignSigns() & " ). Give it a plain name."
    Else
        found = MissingPython()
    End If
    Hindered = found <> ""
    If Hindered Then MsgBox found, vbExclamation, HEADING
End Function

' Why there is no Python to be started; "" where there is one. On macOS Excel may not look.
Private Function MissingPython() As String
    Dim python As String
    #If Not Mac Then
        python = GetConfig("INTERPRETER_WIN", "")
        If python = "" Then
            MissingPython = "The add-in does not know which Python to run. Close Excel and run ""sendxl addin install""."
        ElseIf Not FileExists(python) Then
            MissingPython = "Python is no longer where it was (" & python & "). Close Excel and run ""sendxl addin install""."
        End If
    #End If
End Function

Private Function HasForeignSheet(book As Workbook) As Boolean
    Dim sheet As Object
    For Each sheet In book.Sheets
        If LCase$(sheet.Name) = "sendxl.conf" Or LCase$(Right$(sheet.Name, 3)) = ".py" Then HasForeignSheet = True
    Next sheet
End Function

Private Function HasForeignFile(book As Workbook) As Boolean
    If GetFullName(book) <> "" Then HasForeignFile = FileExists(GetDirectoryConfigFilePath()) ' where xlwings would look
End Function

Private Function HasForeignSign(text As String) As Boolean
    Dim position As Long
    For position = 1 To Len(ForeignSigns())
        If InStr(text, Mid$(ForeignSigns(), position, 1)) > 0 Then HasForeignSign = True
    Next position
End Function

Private Function ForeignSigns() As String
    #If Mac Then
        ForeignSigns = ";|$`""\"
    #Else
        ForeignSigns = ";^"""
    #End If
End Function

Private Function ChosenFolder(prompt As String) As String
    ChosenFolder = Chosen("folder", 4, prompt, "/Users/you/Documents/Returns")
End Function

Private Function ChosenFile(prompt As String) As String
    ChosenFile = Chosen("file", 3, prompt, "/Users/you/Documents/Plan.docx")
End Function

' The path of the folder or file that is chosen; "" where none is. Where it was is remembered for the next time.
Private Function Chosen(what As String, dialog As Long, prompt As String, example As String) As String
    Dim folder As String
    Chosen = Picked(what, dialog, prompt, example, StartFolder(prompt))
    If Chosen = "" Then Exit Function
    folder = Chosen
    If what = "file" Then folder = Left$(folder, InStrRev(folder, Application.PathSeparator) - 1)
    SaveSetting HEADING, "Folders", prompt, folder
End Function

' Where something was chosen the last time for the same, else where the plan lies.
Private Function StartFolder(prompt As String) As String
    Dim plan As Workbook
    StartFolder = GetSetting(HEADING, "Folders", prompt, "")
    If IsFolder(StartFolder) Then Exit Function
    StartFolder = ""
    Set plan = OpenPlan()
    If plan Is Nothing Then Exit Function
    If InStr(plan.Path, "://") = 0 Then StartFolder = plan.Path
End Function

Private Function IsFolder(path As String) As Boolean
    If path = "" Then Exit Function
    #If Mac Then
        IsFolder = True ' Excel may not look there; the system's window begins elsewhere if there is none
    #Else
        On Error GoTo Unreachable
        IsFolder = Dir(path, vbDirectory) <> ""
Unreachable:
    #End If
End Function

' What is chosen in a window that begins in a folder. "dialog" is the number of Excel's own.
Private Function Picked(what As String, dialog As Long, prompt As String, example As String, start As String) As String
    #If Mac Then
        Dim script As String, ask As String
        ask = "return POSIX path of (choose " & what & " with prompt """ & prompt & """"
        script = ask & ")" & vbCr
        If start <> "" And Not HasForeignSign(start) Then script = "try" & vbCr & ask & " default location ((POSIX file """ & _
            start & """) as alias))" & vbCr & "on error number -43" & vbCr & script & "end try" & vbCr
        script = "try" & vbCr & script & "on error number -128" & vbCr & "return """"" & vbCr & "end try"
        On Error GoTo Unavailable
        Picked = MacScript(script)
        Exit Function
Unavailable:
        Picked = InputBox(prompt & ": paste its path, such as " & example, HEADING, start)
    #Else
        With Application.FileDialog(dialog)
            .Title = prompt
            .AllowMultiSelect = False
            If start <> "" Then .InitialFileName = start & Application.PathSeparator
            If .Show = -1 Then Picked = .SelectedItems(1)
        End With
    #End If
End Function
