// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNUpkeep, UpkeepPage, UpkeepWork} from "../../src/interfaces/IX4PNUpkeep.sol";
import {IX4PNRewards} from "../../src/interfaces/IX4PNRewards.sol";
import {IX4PNVpnSessions, NodeAccount} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {BlacklistToken} from "../mocks/OddTokens.sol";
import {RewardsDouble} from "../mocks/RewardsDouble.sol";
import {Creating} from "../utils/Creating.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title The upkeep does what anyone may do, only what succeeds, and one failure stops nothing else.
/// @dev The rewards contract is a double of its one function here; everything else is real.
contract UpkeepTest is SessionsTest, Creating {
    uint96 private constant CLAIM = 10 * USDC;

    IX4PNUpkeep private upkeep;
    RewardsDouble private rewards;
    uint256 private present;

    function setUp() public override {
        super.setUp();
        _deployUpkeep();
    }

    function _deployUpkeep() private {
        rewards = new RewardsDouble(EPOCH);
        upkeep = IX4PNUpkeep(deployCode("X4PNUpkeep.sol:X4PNUpkeep", abi.encode(address(sessions), address(rewards))));
        present = sessions.currentEpoch();
        for (uint256 back = 1; back <= upkeep.LOOKBACK(); ++back) {
            rewards.roll(present - back);
        }
    }

    /// @dev Registers a node of its own payout address and lets it earn `CLAIM`.
    function _earningNode(string memory name) private returns (address earning) {
        (node, nodeKey) = makeAddrAndKey(name);
        payout = makeAddr(string.concat(name, "'s payout"));
        _register();
        _open(CLAIM);
        _settle(_item(CLAIM));
        return node;
    }

    function _page(uint256 offset, uint256 limit, uint256 minPayout, uint256 minFees)
        private
        pure
        returns (bytes memory)
    {
        return abi.encode(UpkeepPage(offset, limit, minPayout, minFees));
    }

    function _check(bytes memory page) private returns (bool needed, UpkeepWork memory work) {
        uint256 state = vm.snapshotState();
        bytes memory data;
        (needed, data) = upkeep.checkUpkeep(page);
        vm.revertToState(state);
        work = abi.decode(data, (UpkeepWork));
    }

    function _perform(UpkeepWork memory work) private {
        vm.prank(relayer);
        upkeep.performUpkeep(abi.encode(work));
    }

    function _epochEnds() private {
        vm.warp((sessions.currentEpoch() + 1) * EPOCH);
    }

    function test_withNothingToDoNothingIsNeeded() public {
        // A node that has earned nothing is none to book or to pay out.
        _register();
        (bool needed, UpkeepWork memory work) = _check(_page(0, 100, 0, 0));
        assertFalse(needed);
        assertEq(abi.encode(work), abi.encode(UpkeepWork(new uint256[](0), new address[](0), new address[](0), false)));
    }

    function test_rollsBooksAndPays() public {
        address earning = _earningNode("first");
        _epochEnds();
        (bool needed, UpkeepWork memory work) = _check(_page(0, 100, USDC, 0));
        assertTrue(needed);
        assertEq(work.epochs.length, 1);
        assertEq(work.epochs[0], present);
        assertEq(work.book.length, 1);
        assertEq(work.book[0], earning);
        assertEq(work.payOut.length, 1);
        assertEq(work.payOut[0], earning);
        // 0.1 USDC of fees is below what is worth paying to the treasury.
        assertFalse(work.payTreasury);

        _perform(work);
        assertTrue(rewards.rolled(present));
        assertEq(sessions.bookedFees(earning, present + 1), _feeOf(CLAIM));
        assertEq(token.balanceOf(payout), CLAIM - _feeOf(CLAIM));
        (needed,) = _check(_page(0, 100, USDC, 0));
        assertFalse(needed);
    }

    function test_paysTheTreasuryFromThatAmountOn() public {
        _earningNode("first");
        _epochEnds();
        (, UpkeepWork memory work) = _check(_page(0, 100, _feeOf(CLAIM), 0));
        // What the booking in the same upkeep brings is counted.
        assertTrue(work.payTreasury);
        _perform(work);
        assertEq(token.balanceOf(treasury), _feeOf(CLAIM));
    }

    function test_isNeededForTheTreasuryAlone() public {
        address earning = _earningNode("first");
        _epochEnds();
        rewards.roll(present);
        sessions.book(earning);
        sessions.payOut(earning);
        (bool needed, UpkeepWork memory work) = _check(_page(0, 100, 0, 0));
        assertTrue(needed);
        assertEq(work.epochs.length + work.book.length + work.payOut.length, 0);
        _perform(work);
        assertEq(token.balanceOf(treasury), _feeOf(CLAIM));
        (needed,) = _check(_page(0, 100, 0, 0));
        assertFalse(needed);
    }

    function test_amountsNotWorthTheGasAreLeft() public {
        _earningNode("first");
        _epochEnds();
        uint256 earned = CLAIM - _feeOf(CLAIM);
        (, UpkeepWork memory work) = _check(_page(0, 100, earned + 1, _feeOf(CLAIM) + 1));
        assertEq(work.book.length + work.payOut.length, 0);
        (, work) = _check(_page(0, 100, earned, _feeOf(CLAIM)));
        assertEq(work.book.length + work.payOut.length, 2);
    }

    function test_feesOfThePresentEpochAreNotBookedYet() public {
        _earningNode("first");
        (, UpkeepWork memory work) = _check(_page(0, 100, 0, 0));
        assertEq(work.book.length, 0);
        assertEq(work.payOut.length, 1);
    }

    function test_looksAtItsPageOnly() public {
        _earningNode("first");
        address second = _earningNode("second");
        address third = _earningNode("third");
        (, UpkeepWork memory work) = _check(_page(1, 1, 0, 0));
        assertEq(work.payOut.length, 1);
        assertEq(work.payOut[0], second);
        (, work) = _check(_page(2, 100, 0, 0));
        assertEq(work.payOut[0], third);
        (, work) = _check(_page(3, 100, 0, 0));
        assertEq(work.payOut.length, 0);
    }

    function test_rollsEveryEpochItLooksBackOn() public {
        vm.warp((present + 6) * EPOCH);
        (bool needed, UpkeepWork memory work) = _check(_page(0, 0, 0, 0));
        assertTrue(needed);
        assertEq(work.epochs.length, upkeep.LOOKBACK());
        assertEq(work.epochs[0], present + 2);
        // Older ones can be named.
        work.epochs[0] = present;
        _perform(work);
        assertTrue(rewards.rolled(present));
        assertTrue(rewards.rolled(present + 5));
    }

    function test_aPayoutThatTheTokenBlocksIsNotProposed() public {
        BlacklistToken strict = new BlacklistToken();
        sessions = _deploy(address(strict), 6);
        strict.mint(user, 100 * USDC);
        vm.prank(user);
        strict.approve(address(sessions), type(uint256).max);
        _deployUpkeep();
        _earningNode("blocked");
        strict.block_(payout);
        address fine = _earningNode("fine");
        (, UpkeepWork memory work) = _check(_page(0, 100, 0, 0));
        assertEq(work.payOut.length, 1);
        assertEq(work.payOut[0], fine);
    }

    function test_oneFailingCallStopsNothingElse() public {
        address earning = _earningNode("first");
        address stranger = makeAddr("stranger");
        _epochEnds();
        UpkeepWork memory work = UpkeepWork(new uint256[](2), new address[](2), new address[](2), true);
        // The present epoch is open; nobody owes the stranger anything.
        (work.epochs[0], work.epochs[1]) = (present + 1, present);
        (work.book[0], work.book[1]) = (stranger, earning);
        (work.payOut[0], work.payOut[1]) = (stranger, earning);
        vm.expectEmit(address(upkeep));
        emit IX4PNUpkeep.CallFailed(address(rewards), IX4PNRewards.roll.selector, present + 1);
        vm.expectEmit(address(upkeep));
        emit IX4PNUpkeep.CallFailed(address(sessions), IX4PNVpnSessions.payOut.selector, uint160(stranger));
        _perform(work);
        assertTrue(rewards.rolled(present));
        assertEq(token.balanceOf(payout), CLAIM - _feeOf(CLAIM));
        assertEq(token.balanceOf(treasury), _feeOf(CLAIM));
        // The second time there is nothing left to do, and that is no harm.
        _perform(work);
        assertEq(token.balanceOf(payout), CLAIM - _feeOf(CLAIM));
    }

    function test_aCallThatBurnsItsGasStarvesNoOther() public {
        _earningNode("first");
        _epochEnds();
        (, UpkeepWork memory work) = _check(_page(0, 100, 0, 0));
        rewards.setBurning(true);
        vm.prank(relayer);
        upkeep.performUpkeep{gas: 2_000_000}(abi.encode(work));
        assertEq(token.balanceOf(payout), CLAIM - _feeOf(CLAIM));
        // Nor is it proposed.
        (, work) = _check(_page(0, 100, 0, 0));
        assertEq(work.epochs.length, 0);
    }

    function test_withTooLittleGasItEndsWithWhatIsDone() public {
        _earningNode("first");
        _earningNode("second");
        (, UpkeepWork memory work) = _check(_page(0, 100, 0, 0));
        assertEq(work.payOut.length, 2);
        upkeep.performUpkeep{gas: 540_000}(abi.encode(work));
        assertEq(sessions.nodeAccount(work.payOut[0]).balance, 0);
        assertGt(sessions.nodeAccount(work.payOut[1]).balance, 0);
    }

    function test_proposesNoMoreThanOneUpkeepCanDo() public {
        uint256 most = upkeep.MAX_CALLS();
        for (uint256 i; i < most; ++i) {
            _earningNode(vm.toString(i));
        }
        _epochEnds();
        uint256 before = gasleft();
        (, bytes memory data) = upkeep.checkUpkeep(_page(0, 100, 0, 0));
        assertLt(before - gasleft(), 10_000_000);
        UpkeepWork memory work = abi.decode(data, (UpkeepWork));
        assertEq(work.epochs.length + work.book.length + work.payOut.length, most);
        // Chainlink's limits.
        assertLe(data.length, 2000);
    }

    function test_aFullUpkeepFitsIntoItsGas() public {
        for (uint256 i; i < upkeep.MAX_CALLS(); ++i) {
            _earningNode(vm.toString(i));
        }
        _epochEnds();
        (, UpkeepWork memory work) = _check(_page(0, 100, 0, 0));
        vm.recordLogs();
        upkeep.performUpkeep{gas: 5_000_000}(abi.encode(work));
        for (uint256 i; i < work.payOut.length; ++i) {
            assertEq(sessions.nodeAccount(work.payOut[i]).balance, 0);
        }
        // Not one was left for want of gas.
        assertEq(sessions.treasuryBalance(), 0);
    }

    function testFuzz_whateverItIsGivenItMovesMoneyOnlyWhereItBelongs(
        address[5] memory strangers,
        uint256[5] memory epochs,
        uint256 position,
        bool payTreasury
    ) public {
        address earning = _earningNode("first");
        _epochEnds();
        UpkeepWork memory work = UpkeepWork(new uint256[](5), new address[](5), new address[](5), payTreasury);
        for (uint256 i; i < 5; ++i) {
            (work.epochs[i], work.book[i], work.payOut[i]) = (epochs[i], strangers[i], strangers[4 - i]);
        }
        work.payOut[position % 5] = earning;
        work.book[position / 5 % 5] = earning;
        uint256 held = token.balanceOf(address(sessions));
        _perform(work);
        assertEq(token.balanceOf(payout), CLAIM - _feeOf(CLAIM));
        assertEq(token.balanceOf(treasury), payTreasury ? _feeOf(CLAIM) : 0);
        assertEq(token.balanceOf(address(sessions)), held - token.balanceOf(payout) - token.balanceOf(treasury));
    }

    function test_revertsWhen_thereAreTooManyCalls() public {
        uint256 most = upkeep.MAX_CALLS();
        UpkeepWork memory work = UpkeepWork(new uint256[](1), new address[](1), new address[](most - 1), false);
        vm.expectRevert(abi.encodeWithSelector(IX4PNUpkeep.Upkeep_TooManyCalls.selector, most + 1, most));
        _perform(work);
    }

    function test_revertsWhen_thePageIsTooLarge() public {
        vm.expectRevert(abi.encodeWithSelector(IX4PNUpkeep.Upkeep_PageTooLarge.selector, 101, 100));
        upkeep.checkUpkeep(_page(0, 101, 0, 0));
    }

    function test_revertsWhen_theDataIsNoise() public {
        vm.expectRevert();
        upkeep.performUpkeep(hex"1234");
    }

    function test_revertsWhen_itIsPutTogetherFromTheWrongParts() public {
        address nothing = makeAddr("nothing");
        bytes memory bad = abi.encodeWithSelector(IX4PNUpkeep.Upkeep_BadAddress.selector, nothing);
        vm.expectRevert(bad);
        this.create("X4PNUpkeep.sol:X4PNUpkeep", abi.encode(nothing, address(rewards)));
        vm.expectRevert(bad);
        this.create("X4PNUpkeep.sol:X4PNUpkeep", abi.encode(address(sessions), nothing));
        assertEq(upkeep.SESSIONS(), address(sessions));
        assertEq(upkeep.REWARDS(), address(rewards));
    }
}
