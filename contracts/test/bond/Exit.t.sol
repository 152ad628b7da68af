// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNNodeBond} from "../../src/interfaces/IX4PNNodeBond.sol";
import {IX4PNNodeRegistry} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {BondTest} from "../utils/BondTest.sol";

/// @title Taking a bond out: announced, delayed, and not what cases hold.
contract ExitTest is BondTest {
    function test_theDelayIsLongerThanACase() public view {
        uint256 whole = bonds.OBJECTION_DELAY() + bonds.EXECUTION_DELAY() + bonds.EXECUTION_WINDOW();
        assertGt(bonds.EXIT_DELAY(), whole);
        assertEq(bonds.EXIT_DELAY(), 30 days);
    }

    function test_takesTwoStepsAndTheDelay() public {
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.BondExitStarted(node, 400 * X4PN, _now() + 30 days);
        _startExit(400 * X4PN);
        _assertBond(node, BOND, 400 * X4PN, 0);
        assertEq(bonds.bondOf(node).exitAt, _now() + 30 days);

        skip(30 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_ExitNotReady.selector, node, _now() + 1));
        _finishExit();
        skip(1);
        address to = makeAddr("elsewhere");
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.BondExited(node, to, 400 * X4PN, 600 * X4PN);
        vm.prank(operator);
        assertEq(bonds.finishExit(node, to), 400 * X4PN);
        _assertBond(node, 600 * X4PN, 0, 0);
        assertEq(bonds.bondOf(node).exitAt, 0);
        assertEq(x4pn.balanceOf(to), 400 * X4PN);

        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_NoExit.selector, node));
        _finishExit();
    }

    function test_aSecondStartReplacesTheFirstAndItsDelay() public {
        _startExit(400 * X4PN);
        skip(29 days);
        _startExit(500 * X4PN);
        skip(1 days);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_ExitNotReady.selector, node, _now() + 29 days));
        _finishExit();
        skip(29 days);
        assertEq(_finishExit(), 500 * X4PN);
    }

    function test_zeroTakesItBack() public {
        _startExit(BOND);
        _setMinimum(10_000 * X4PN);
        // Below the minimum by now, and allowed all the same.
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.BondExitStarted(node, 0, 0);
        _startExit(0);
        _assertBond(node, BOND, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_NoExit.selector, node));
        _finishExit();
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_NoExit.selector, node));
        _startExit(0);
    }

    function test_leavesNothingOrTheMinimum() public {
        _setMinimum(100 * X4PN);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_TooLow.selector, node, 100 * X4PN - 1, 100 * X4PN));
        _startExit(900 * X4PN + 1);
        _startExit(900 * X4PN);
        _startExit(BOND);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_TooHigh.selector, node, BOND + 1, BOND));
        _startExit(BOND + 1);
    }

    function test_revertsWhen_notTheOperatorsOrSucceeded() public {
        bytes memory refusal = abi.encodeWithSelector(IX4PNNodeRegistry.Registry_NotOperator.selector, node, relayer);
        vm.startPrank(relayer);
        vm.expectRevert(refusal);
        bonds.startExit(node, 1);
        vm.expectRevert(refusal);
        bonds.finishExit(node, relayer);
        vm.stopPrank();
        _startExit(BOND);
        skip(30 days);
        _succeed(node, successor, successorKey);
        refusal = abi.encodeWithSelector(IX4PNNodeRegistry.Registry_HasSuccessor.selector, node, successor);
        vm.expectRevert(refusal);
        _startExit(1);
        vm.expectRevert(refusal);
        _finishExit();
    }

    function test_revertsWhen_theMoneyWouldBeLost() public {
        _startExit(BOND);
        skip(30 days);
        address[3] memory bad = [address(0), address(bonds), address(x4pn)];
        for (uint256 i; i < bad.length; ++i) {
            vm.prank(operator);
            vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_BadAddress.selector, bad[i]));
            bonds.finishExit(node, bad[i]);
        }
    }

    // ------------------------------------------------------ exits and cases

    function test_aCaseFreezesDuringAnExit() public {
        _startExit(BOND);
        skip(29 days);
        uint256 caseId = _openCase(CASE_CAP);
        skip(1 days);
        assertEq(_finishExit(), BOND - CASE_CAP);
        _assertBond(node, CASE_CAP, CASE_CAP, CASE_CAP);
        assertEq(bonds.bondOf(node).exitAt, _now());
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_Frozen.selector, node, CASE_CAP));
        _finishExit();
        skip(6 days);
        assertEq(_execute(caseId), CASE_CAP);
        _assertBond(node, 0, 0, 0);
        assertEq(bonds.bondOf(node).exitAt, 0);
    }

    function test_whatADismissedCaseHeldLeavesWithoutAnotherDelay() public {
        _startExit(BOND);
        skip(30 days);
        uint256 caseId = _openCase(CASE_CAP);
        _finishExit();
        vm.prank(admin);
        bonds.dismissCase(caseId);
        assertEq(_finishExit(), CASE_CAP);
        _assertBond(node, 0, 0, 0);
        assertEq(x4pn.balanceOf(address(bonds)), 0);
    }

    function test_aSlashLowersWhatIsLeavingOnlyToWhatIsThere() public {
        _startExit(900 * X4PN);
        uint256 caseId = _openCase(CASE_CAP);
        skip(7 days);
        _execute(caseId);
        _assertBond(node, 800 * X4PN, 800 * X4PN, 0);
        skip(23 days);
        assertEq(_finishExit(), 800 * X4PN);
    }
}
